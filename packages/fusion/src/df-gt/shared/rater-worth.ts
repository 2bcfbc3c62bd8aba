import { check, checkInteger, checkOptions, fail } from '@diff/checks';
import { rocAuc } from '@diff/metrics';
import type { DiagnosedCase } from '../case-batch.js';
import { streamSeed, uniform } from '../random.js';
import { type RaterAuc, raterAucs } from './best-rater.js';
import { benchOf, groups } from './judging-options.js';
import {
  checkLearning,
  type LearnExpertnessOptions,
  type LearnedExpertnessResult,
  learn,
  learnExpertnessOptions,
} from './learn-expertness.js';
import { type CaseList, survey } from './survey.js';

export interface RaterWorthOptions extends LearnExpertnessOptions {
  /** Numbers of cases to learn the order from, ascending; those above the number of cases are left out. Default: none. */
  sizes?: readonly number[];
  /** How often to draw so many cases. Default: 20. */
  draws?: number;
}

/** What one rater's outlines tell of the diagnosis. */
export interface RaterWorth extends Pick<RaterAuc, 'rater'> {
  /** AUC of the judge by this rater's outlines alone, with DeLong's 95 % interval; `undefined` where too few cases have them. */
  alone?: Omit<RaterAuc, 'rater'>;
  /** What the AUC of held-out cases loses when the rater is left out of the learned fusion. */
  drop: number;
  /** The learned weight, and its 95 % interval over resamples of the patients. */
  weight: number;
  interval?: [number, number];
}

export interface RaterWorths {
  /** The heaviest first. */
  raters: RaterWorth[];
  /** AUC of held-out cases, fused by weights learned without them, and by the mean vote. */
  heldOut: { learned: number; meanVote: number };
  /** Of so many cases: in which share of the draws the rater who is first is the one who is first of all cases. */
  order: { cases: number; share: number }[];
  /** The least of `sizes` from which on that share is at least 0.95; `undefined` where none is. */
  casesNeeded?: number;
  /** What was learned from all cases: to be applied to new ones, or saved. */
  learned: LearnedExpertnessResult;
  /** What all this is not. */
  caveat: string;
}

const caveat =
  'This measures what outlines tell of the diagnosis, not how accurate they are: a rater who knows the record will come first.';

/**
 * What each rater adds to the diagnosis of cases that were held out: alone, and when left out; the weight that was learned,
 * with its interval over patients; and how many cases it takes until the order is certain.
 *
 * @param options As for `learnExpertness`, with `folds` 5 and `resamples` 100 by default; raters must have names.
 */
export async function raterWorth(
  cases: CaseList<DiagnosedCase & { patient?: string }>,
  options: RaterWorthOptions,
): Promise<RaterWorths> {
  const caller = 'raterWorth';
  checkOptions(caller, options, [...learnExpertnessOptions, 'sizes', 'draws']);
  const { sizes = [], draws = 20, folds = 5, resamples = 100, ...others } = options ?? {};
  const learning = { ...others, folds, resamples };
  checkLearning(caller, learning);
  checkInteger(caller, 'folds', folds, 2);
  check(Array.isArray(sizes), caller, 'sizes', sizes, 'an array of integers', 'other');
  for (const [k, size] of sizes.entries()) checkInteger(caller, `sizes[${k}]`, size, k ? sizes[k - 1]! : 2);
  checkInteger(caller, 'draws', draws, 1);
  const { seed = 0, mask, batchSize = 32, signal } = options;
  if (options.expertness && !options.expertness.named)
    fail(caller, 'expertness is anonymous, expected a form that knows raters by name');
  const known = await survey(caller, cases, options);
  const bench = {
    ...benchOf(options.network, await groups(caller, cases, options.network)),
    mask,
    batchSize,
    signal,
  };
  const aucs = await raterAucs(caller, cases, known, bench);
  const learned = await learn(caller, cases, {
    ...learning,
    raters: known.raters,
    leaveOut: true,
  });
  const labels = learned.heldOut.map(({ diagnosis }) => diagnosis);
  const aucOf = (score: (one: (typeof learned.heldOut)[number]) => number) =>
    rocAuc(labels, learned.heldOut.map(score));
  const heldOut = { learned: aucOf((one) => one.learned), meanVote: aucOf((one) => one.meanVote) };
  const raters = known.raters.map((rater): RaterWorth => {
    const { rater: _, ...alone } = aucs.find((one) => one.rater === rater) ?? { rater };
    return {
      rater,
      alone: 'auc' in alone ? (alone as RaterWorth['alone']) : undefined,
      drop: heldOut.learned - aucOf((one) => one.without![rater]!),
      weight: learned.weights[rater]!,
      interval: learned.intervals[rater],
    };
  });
  raters.sort((a, b) => b.weight - a.weight);

  const order: RaterWorths['order'] = [];
  for (const count of sizes.filter((size) => size <= cases.length)) {
    let agree = 0;
    for (let n = 0; n < draws; n++) {
      const chosen = drawCases(known.diagnoses, count, streamSeed(seed, 5000 + n));
      const some = { length: chosen.length, at: (i: number) => cases.at(chosen[i]!) };
      const { weights } = await learn(caller, some, {
        ...learning,
        raters: known.raters,
        folds: 0,
        resamples: 0,
        cache: undefined,
        seed: seed + n,
      });
      const first = known.raters.reduce((a, b) => (weights[b]! > weights[a]! ? b : a));
      agree += Number(first === raters[0]!.rater);
    }
    order.push({ cases: count, share: agree / draws });
  }
  const certain = order.find((_, i) => order.slice(i).every(({ share }) => share >= 0.95));
  return { raters, heldOut, order, casesNeeded: certain?.cases, learned, caveat };
}

/** So many cases, at random, the ill and the healthy in their shares, at least one of either. */
function drawCases(diagnoses: readonly number[], count: number, seed: number): number[] {
  const random = uniform(seed);
  const group = (ill: number) =>
    diagnoses
      .flatMap((diagnosis, index) => (diagnosis === ill ? [{ index, key: random() }] : []))
      .sort((a, b) => a.key - b.key)
      .map(({ index }) => index);
  const [healthy, ill] = [group(0), group(1)];
  const wanted = Math.round((count * ill.length) / diagnoses.length);
  const sick = Math.min(Math.max(wanted, 1), count - 1);
  return [...ill.slice(0, sick), ...healthy.slice(0, count - sick)];
}
