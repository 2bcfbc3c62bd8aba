import {
  checkBoolean,
  checkCallbacks,
  checkFunction,
  checkInteger,
  checkNumber,
  checkObject,
  checkOptions,
  checkSeed,
  fail,
} from '@diff/checks';
import type { Tensor4D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { caseBatch, type DiagnosedCase } from '../case-batch.js';
import { checkFit } from '../check-fit.js';
import { checkObjective, type Objective } from '../objective.js';
import { streamSeed, uniform } from '../random.js';
import { checkCache, type ResultCache } from '../result-cache.js';
import { sealed } from '../sealed-cache.js';
import { sha256 } from '../sha256.js';
import { shareOut } from '../stratified-folds.js';
import { type Fit, type FitOptions, fit } from './fit.js';
import { sharedWeights } from './fuse-shared.js';
import { alike, judgeCases, without } from './judge-cases.js';
import { benchOf, checkJudging, groups, type JudgingOptions, judgingOptions } from './judging-options.js';
import { type LearnedExpertness, learnedExpertness, restored } from './learned-expertness.js';
import { perRater } from './per-rater.js';
import type { SharedForm } from './shared-form.js';
import { type CaseList, caseAt, namesOf, type Survey, survey } from './survey.js';

export interface LearnExpertnessOptions extends JudgingOptions {
  /** How expertness is written. Default: `perRater()`. */
  expertness?: SharedForm;
  /** Default: `'bce'`. */
  objective?: Objective;
  /** Learn a slope and an intercept of the judge's logits along with the expertness. Default: true for `'bce'`. */
  calibrate?: boolean;
  /** Strength of the pull to equal weights, as of so many cases; what few cases say weighs less; at most 10⁶. Default: 0.5. */
  shrinkage?: number;
  /** Also learn without each of so many parts, and judge the cases of that part: `heldOut`. Default: 0, no parts. */
  folds?: number;
  /** Also judge held-out cases with each rater left out. Default: false. */
  leaveOut?: boolean;
  /** Also learn from so many resamples of the patients: `intervals`. Default: 0, no intervals. */
  resamples?: number;
  /** Default: what the form asks for. */
  iterations?: number;
  /** Default: what the form asks for. */
  learningRate?: number;
  /** Default: 0. */
  seed?: number;
  /** Keeps what is learned every 20 steps, so that a run that was stopped goes on to the same bits. Needs `id`. */
  cache?: ResultCache;
  /** Stands, in the cache's keys, for what cannot be hashed: pixels, the networks' weights, `mask`. */
  id?: string;
  onProgress?: (step: LearnExpertnessStep) => void;
}

export const learnExpertnessOptions = [
  ...judgingOptions,
  'expertness',
  'objective',
  'calibrate',
  'shrinkage',
  'folds',
  'leaveOut',
  'resamples',
  'iterations',
  'learningRate',
  'seed',
  'cache',
  'id',
  'onProgress',
] as const satisfies readonly (keyof LearnExpertnessOptions)[];

/** @throws TypeError, RangeError for values that make no sense; names are checked by the caller. */
export function checkLearning(who: string, options: LearnExpertnessOptions): void {
  checkJudging(who, options);
  const { expertness: form = perRater(), objective = 'bce', calibrate, leaveOut, shrinkage } = options;
  checkObject(who, 'expertness', form, 'what perRater and its like return');
  checkFunction(who, 'expertness.create', form.create);
  const { folds = 0, resamples = 0, seed = 0, cache, id } = options;
  const { iterations = form.iterations, learningRate = form.learningRate } = options;
  checkObjective(who, objective);
  if (calibrate !== undefined) checkBoolean(who, 'calibrate', calibrate);
  if (leaveOut !== undefined) checkBoolean(who, 'leaveOut', leaveOut);
  if (shrinkage !== undefined) checkNumber(who, 'shrinkage', shrinkage, 0, 1e6);
  checkInteger(who, 'folds', folds, 0);
  if (folds === 1) fail(who, 'folds is 1, expected 0 or at least 2');
  checkInteger(who, 'resamples', resamples, 0);
  checkFit(who, { iterations, learningRate });
  checkSeed(who, seed);
  checkCache(who, cache, id);
  checkCallbacks(who, options, ['onProgress']);
}

/** A step of one of the fits: of all cases, without a fold, or of a resample. */
export interface LearnExpertnessStep {
  fit: number;
  fits: number;
  /** From 0. */
  step: number;
  iterations: number;
  objective: number;
}

/** A case judged by what was learned without its patient. */
export interface HeldOutCase {
  /** Its place among the cases. */
  index: number;
  fold: number;
  diagnosis: number;
  /** The judge's logit on the label fused by learned weights, and on the mean vote. */
  learned: number;
  meanVote: number;
  /** On the learned fusion without a rater, with `leaveOut`. */
  without?: Record<string, number>;
}

export interface LearnedExpertnessResult extends LearnedExpertness {
  /**
   * The weight of each rater; together 1, to double precision. Where weights differ by place or case, their mean at the
   * pixels where raters disagree, over the cases learned from. Empty for anonymous raters.
   */
  weights: Record<string, number>;
  /** 95 % percentile interval of each weight over resamples of the patients; empty without `resamples`. */
  intervals: Record<string, [number, number]>;
  /** The mean objective of each step's batch. */
  history: number[];
  /** Every case once, with `folds`; else empty. */
  heldOut: HeldOutCase[];
}

/**
 * Learns whom to trust, once, from cases that have a diagnosis, to fuse cases that have none: the expertness that all cases
 * share, such that a frozen diagnosis network diagnoses their fused labels right. The objective is that of `diagnosisFirst`
 * (paper, Eqs. 2–4), its mean over cases, by parameters shared between them.
 *
 * It starts at equal weights (zero iterations give the mean vote); the result depends only on the cases, the options and the
 * engine. Weights measure what the outlines tell of the diagnosis, not how accurate they are.
 *
 * @throws RangeError, TypeError on options or cases that make no sense, a diagnosis that is missing, cases that all have the
 *   same; the signal's reason when aborted.
 */
export async function learnExpertness(
  cases: CaseList<DiagnosedCase & { patient?: string }>,
  options: LearnExpertnessOptions,
): Promise<LearnedExpertnessResult> {
  return learn('learnExpertness', cases, options);
}

/** `learnExpertness` under the name of the function that called it. */
export async function learn(
  who: string,
  cases: CaseList<DiagnosedCase & { patient?: string }>,
  options: LearnExpertnessOptions,
): Promise<LearnedExpertnessResult> {
  const steps = stepsOf(who, cases, options);
  for (;;) {
    const next = await steps.next();
    if (next.done) return next.value;
    options.onProgress?.(next.value);
  }
}

/** The generator twin of `learnExpertness`: yields every step of every fit. */
export const learnExpertnessSteps = (
  cases: CaseList<DiagnosedCase & { patient?: string }>,
  options: LearnExpertnessOptions,
): AsyncGenerator<LearnExpertnessStep, LearnedExpertnessResult> =>
  stepsOf('learnExpertnessSteps', cases, options);

async function* stepsOf(
  caller: string,
  cases: CaseList<DiagnosedCase & { patient?: string }>,
  options: LearnExpertnessOptions,
): AsyncGenerator<LearnExpertnessStep, LearnedExpertnessResult> {
  checkOptions(caller, options, learnExpertnessOptions);
  checkLearning(caller, options);
  const { folds = 0, resamples = 0, seed = 0, cache, id, signal } = options;
  const { expertness: form = perRater(), objective = 'bce' } = options;
  const { iterations = form.iterations, learningRate = form.learningRate, batchSize = 32 } = options;
  const known = await survey(caller, cases, options);
  const settings: FitOptions = {
    who: caller,
    form,
    objective,
    ...benchOf(options.network, await groups(caller, cases, options.network)),
    mask: options.mask,
    calibrate: options.calibrate ?? objective === 'bce',
    shrinkage: options.shrinkage ?? 0.5,
    iterations,
    learningRate,
    batchSize,
    seed,
    signal,
  };
  const everyone = Array.from({ length: cases.length }, (_, i) => i);
  const parts = folds ? foldsOf(caller, known, folds, seed) : [];
  const tasks = [
    everyone,
    ...parts.map((part) => everyone.filter((i) => !part.includes(i))),
    ...Array.from({ length: resamples }, (_, n) => resampled(known, streamSeed(seed, 1000 + n))),
  ];
  const fits: Fit[] = [];
  for (const [n, members] of tasks.entries()) {
    const kept = cache && { store: sealed(cache), key: await keyOf(known, members, settings, id!) };
    const steps = fit(cases, members, known, settings, kept);
    let next = await steps.next();
    for (; !next.done; next = await steps.next())
      yield { fit: n, fits: tasks.length, iterations, ...next.value };
    fits.push(next.value);
  }

  const withParameters = async <T>({ parameters }: Fit, use: (logits: LogitsOf) => Promise<T>) => {
    const live = restored(form, shapeOf(known), parameters);
    return use((batch) => live.logits(batch)).finally(() => live.dispose());
  };
  const heldOut: HeldOutCase[] = [];
  for (const [fold, part] of parts.entries()) {
    const judged = (logits: LogitsOf) => judgeCases(caller, cases, part, known, settings, logits);
    const learned = await withParameters(fits[1 + fold]!, judged);
    const leftOut: number[][] = [];
    if (options.leaveOut)
      for (const r of known.raters.keys())
        leftOut.push(
          await withParameters(fits[1 + fold]!, (logits) => judged(without(r, known.raters.length, logits))),
        );
    const meanVote = await judged(alike(known.raters.length));
    part.forEach((index, i) => {
      const diagnosis = known.diagnoses[index]!;
      const left = leftOut.map((values, r) => [known.raters[r]!, values[i]!] as const);
      heldOut.push({
        index,
        fold,
        diagnosis,
        learned: learned[i]!,
        meanVote: meanVote[i]!,
        ...(options.leaveOut && { without: Object.fromEntries(left) }),
      });
    });
  }
  const named = form.named ? known.raters : [];
  const weightsOf = (one: Fit) =>
    withParameters(one, (logits) => meanWeights(cases, known, settings, logits));
  const weights = named.length ? await weightsOf(fits[0]!) : [];
  const draws: number[][] = [];
  if (named.length) for (const one of fits.slice(1 + parts.length)) draws.push(await weightsOf(one));
  return {
    ...learnedExpertness(form, known, fits[0]!.parameters),
    weights: Object.fromEntries(named.map((rater, r) => [rater, weights[r]!])),
    intervals: Object.fromEntries(
      draws.length ? named.map((rater, r) => [rater, percentiles(draws.map((draw) => draw[r]!))]) : [],
    ),
    history: fits[0]!.history,
    heldOut,
  };
}

type LogitsOf = (batch: ReturnType<typeof caseBatch>) => Tensor4D;

const shapeOf = ({ imageChannels, structures, raters }: Survey) => ({
  imageChannels,
  structures: structures.length,
  raters: raters.length,
});

function foldsOf(who: string, { patients, diagnoses }: Survey, folds: number, seed: number): number[][] {
  const cases = patients.map((patient, index) => ({ patient, index, diagnosis: diagnoses[index]! }));
  return shareOut(who, cases, { folds, seed }).map((part) =>
    part.map(({ index }) => index).sort((a, b) => a - b),
  );
}

/** Patients drawn with replacement, the ill among the ill; a patient is ill where any of their cases is. */
function resampled({ patients, diagnoses }: Survey, seed: number): number[] {
  const byPatient = new Map<string, number[]>();
  patients.forEach((patient, i) => void byPatient.set(patient, [...(byPatient.get(patient) ?? []), i]));
  const random = uniform(seed);
  return [0, 1].flatMap((ill) => {
    const group = [...byPatient.values()].filter(
      (list) => Number(list.some((i) => diagnoses[i] === 1)) === ill,
    );
    return group.flatMap(() => group[Math.floor(random() * group.length)]!);
  });
}

async function keyOf(known: Survey, members: readonly number[], settings: FitOptions, id: string) {
  const { form, judges, groupOf, mask: _, signal: __, who: ___, ...rest } = settings;
  const text = JSON.stringify({
    format: 1,
    id,
    known,
    members,
    form: { ...form, name: form.name },
    judges: judges.length,
    groupOf,
    ...rest,
  });
  return sha256(new TextEncoder().encode(text));
}

/** Mean weight of each rater at the pixels where raters disagree, over the cases and structures that they outlined. */
async function meanWeights(
  cases: CaseList,
  known: Survey,
  { who, batchSize, signal }: FitOptions,
  logits: LogitsOf,
): Promise<number[]> {
  const count = known.raters.length;
  const sums = new Float64Array(count);
  for (let start = 0; start < cases.length; start += batchSize) {
    signal?.throwIfAborted();
    const indices = Array.from({ length: Math.min(batchSize, cases.length - start) }, (_, i) => start + i);
    const loaded = await Promise.all(indices.map((i) => caseAt(who, cases, i)));
    const batch = caseBatch(who, loaded, namesOf(known));
    const totals = tf.tidy(() => {
      const { annotations, present } = batch;
      // Raters who left a structure out get what they would have: the softmax over all.
      const full = sharedWeights(logits(batch), { ...batch, present: tf.onesLike(present) });
      const there = tf.sum(present, -1, true);
      const share = tf.div(tf.sum(annotations, -1, true), there);
      const disputed = tf.cast(tf.logicalAnd(tf.greater(share, 0), tf.less(share, 1)), 'float32'); // BNS1
      return tf.sum(tf.mul(full, disputed), [0, 1, 2]);
    });
    const values = await totals.data();
    tf.dispose(totals);
    batch.dispose();
    for (let r = 0; r < count; r++) sums[r]! += values[r]!;
  }
  // At each pixel weights sum to 1, but for rounding: of single precision, which this takes out.
  const all = sums.reduce((total, sum) => total + sum, 0);
  // Raters who never disagree: no pixel to look at, and no weight that matters.
  return Array.from(sums, (sum) => (all ? sum / all : 1 / count));
}

function percentiles(values: number[]): [number, number] {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) => {
    const place = share * (sorted.length - 1);
    const low = Math.floor(place);
    const high = Math.min(low + 1, sorted.length - 1);
    return sorted[low]! + (place - low) * (sorted[high]! - sorted[low]!);
  };
  return [at(0.025), at(0.975)];
}
