import type { Scalar, Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { type CaseBatch, caseBatch } from '../case-batch.js';
import { type DiagnosisNetwork, diagnose, type Judges } from '../diagnose.js';
import { diagnosisObjective, type Objective } from '../objective.js';
import { streamSeed, uniform } from '../random.js';
import type { ResultCache } from '../result-cache.js';
import { type AdamState, adamState, adamStep } from './adam-step.js';
import { calibration } from './calibration.js';
import { floatsToText, textToFloats } from './float-text.js';
import { fuseShared } from './fuse-shared.js';
import { alike, judgeCases } from './judge-cases.js';
import type { SharedForm, SharedParameters } from './shared-form.js';
import { type CaseList, caseAt, namesOf, type Survey } from './survey.js';

/** Everything that decides a fit besides its cases. */
export interface FitOptions {
  /** The function whose name is in errors. */
  who: string;
  form: SharedForm;
  objective: Objective;
  /** Judges by group of cases; `groupOf[i]` says which judge case `i`. */
  judges: readonly (DiagnosisNetwork | readonly DiagnosisNetwork[])[];
  groupOf: readonly number[];
  mask?: Judges['mask'];
  calibrate: boolean;
  /** Strength of the pull to equal weights, in cases. */
  shrinkage: number;
  iterations: number;
  learningRate: number;
  batchSize: number;
  seed: number;
  signal?: AbortSignal;
}

/** Parameters and how they came about. */
export interface Fit {
  parameters: Float32Array[];
  /** The mean objective of each step's batch, before the step. */
  history: number[];
}

const CHECKPOINT = 20;
/** Step size of the calibration, whatever that of the form. */
const CALIBRATION_RATE = 0.05;
/** Cases that its start is fitted to, at most. */
const CALIBRATED = 200;

/**
 * Fits shared parameters to some of the cases: each step draws a batch (all of one judge), and takes one step of Adam down
 * the mean objective, at a rate that falls to 0 along half a cosine. Yields every step.
 *
 * With `calibrate`, the judge's logits z become e^a · z + b, with a and b learned along: a judge that is too sure of itself,
 * or too gloomy, is not made up for by choosing raters who err the other way. They start at what fits the mean vote best.
 *
 * The pull to equal weights adds shrinkage / cases times the mean square of a rater's logit less the mean of the raters'.
 */
export async function* fit(
  cases: CaseList,
  members: readonly number[],
  known: Survey,
  options: FitOptions,
  cache?: { store: ResultCache; key: string },
): AsyncGenerator<{ step: number; objective: number }, Fit> {
  const { who, form, iterations, learningRate, seed, signal } = options;
  const shape = {
    imageChannels: known.imageChannels,
    structures: known.structures.length,
    raters: known.raters.length,
  };
  const parameters = form.create(shape, seed);
  const scale = tf.tidy(() => tf.variable(tf.zeros([2])));
  const variables = [...parameters.variables, scale];
  const calibrationRate = options.calibrate ? CALIBRATION_RATE : 0;
  const rates = [...parameters.rates.map((rate) => rate * learningRate), calibrationRate];
  try {
    const states = await Promise.all(
      variables.map(async (v) => adamState((await v.data()).slice() as Float32Array)),
    );
    const history = cache ? restore(who, await cache.store.get(cache.key), states) : [];
    if (options.calibrate && history.length === 0 && iterations > 0) {
      const some = [...new Set(shuffled(members, seed).slice(0, CALIBRATED))];
      const votes = await judgeCases(who, cases, some, known, options, alike(known.raters.length));
      states.at(-1)!.values.set(
        calibration(
          votes,
          some.map((i) => known.diagnoses[i]!),
        ),
      );
    }
    assign(variables, states);
    while (history.length < iterations) {
      const step = history.length;
      signal?.throwIfAborted();
      const { indices, group } = drawBatch(members, step, options);
      const batch = caseBatch(
        who,
        await Promise.all(indices.map((i) => caseAt(who, cases, i))),
        namesOf(known),
      );
      const { objective, gradients } = await objectiveAndGradients(batch, parameters, scale, {
        ...options,
        network: options.judges[group]!,
        shrinkage: options.shrinkage / members.length,
      }).finally(() => batch.dispose());
      if (!Number.isFinite(objective))
        throw new RangeError(
          `${who}: the objective is ${objective} at step ${step}, expected a finite number: the network's logit is not finite, or the learning rate is too large`,
        );
      const falling = 0.5 * (1 + Math.cos((Math.PI * step) / iterations));
      states.forEach((state, v) => {
        adamStep(state, gradients[v]!, step + 1, falling * rates[v]!);
      });
      assign(variables, states);
      history.push(objective);
      if (cache && (history.length % CHECKPOINT === 0 || history.length === iterations))
        await cache.store.set(cache.key, checkpoint(states, history));
      yield { step, objective };
    }
    return { parameters: states.slice(0, -1).map(({ values }) => values), history };
  } finally {
    parameters.dispose();
    scale.dispose();
  }
}

/** The batch of a step, from the seed and the step alone: the next of the members in an order drawn anew each round. */
function drawBatch(
  members: readonly number[],
  step: number,
  { judges, groupOf, batchSize, seed }: FitOptions,
): { indices: number[]; group: number } {
  const groups = judges.map((_, g) => members.filter((i) => groupOf[i] === g));
  const filled = groups.flatMap((group, g) => (group.length ? [g] : []));
  const group = filled[step % filled.length]!;
  const own = groups[group]!;
  const count = Math.min(batchSize, own.length);
  const perRound = Math.floor(own.length / count);
  const turn = Math.floor(step / filled.length);
  const order = shuffled(own, streamSeed(streamSeed(seed, group), Math.floor(turn / perRound)));
  const start = (turn % perRound) * count;
  return { indices: order.slice(start, start + count), group };
}

function shuffled<T>(items: readonly T[], seed: number): T[] {
  const [order, random] = [[...items], uniform(seed)];
  for (let i = order.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}

/** Each case's objective, averaged over the judges, [B, 1]. */
export function sharedObjective(
  batch: CaseBatch,
  parameters: SharedParameters,
  scale: Tensor,
  options: Judges & Pick<FitOptions, 'who' | 'objective' | 'shrinkage'>,
): Tensor2D {
  return tf.tidy(() => {
    const logits = parameters.logits(batch);
    const fused = fuseShared(logits, batch);
    const [slope, intercept] = tf.split(scale, 2);
    const objectives = diagnose(options.who, batch, fused, options).map((z) =>
      diagnosisObjective(options.objective, tf.add(tf.mul(z, tf.exp(slope!)), intercept!), batch.diagnoses),
    );
    const pull = tf.mean(tf.square(tf.sub(logits, tf.mean(logits, -1, true))));
    return tf.add(tf.div(tf.addN(objectives), objectives.length), tf.mul(pull, options.shrinkage));
  });
}

async function objectiveAndGradients(
  batch: CaseBatch,
  parameters: SharedParameters,
  scale: tf.Variable,
  options: Judges & Pick<FitOptions, 'who' | 'objective' | 'shrinkage'>,
): Promise<{ objective: number; gradients: Float32Array[] }> {
  // A network that throws must do so here: an error while gradients are recorded would leave their tape behind.
  const variables = [...parameters.variables, scale];
  const { value, grads } = tf.tidy(() =>
    tf.variableGrads(() => tf.mean(sharedObjective(batch, parameters, scale, options)) as Scalar, variables),
  );
  const gradients = await Promise.all(
    variables.map(({ name }) => grads[name]!.data() as Promise<Float32Array>),
  );
  const [objective] = await value.data();
  tf.dispose([value, grads]);
  return { objective: objective!, gradients };
}

function assign(variables: readonly tf.Variable[], states: readonly AdamState[]): void {
  tf.tidy(() => {
    variables.forEach((variable, v) => {
      // A copy: some engines keep the array that they are given.
      variable.assign(tf.tensor(states[v]!.values.slice(), variable.shape));
    });
  });
}

function checkpoint(states: readonly AdamState[], history: readonly number[]): Uint8Array {
  const arrays = states.flatMap(({ values, mean, square }) => [values, mean, square]);
  return new TextEncoder().encode(JSON.stringify({ history, arrays: arrays.map(floatsToText) }));
}

/** Fills the states, and returns the history; an empty one where there is no checkpoint. */
function restore(who: string, bytes: Uint8Array | undefined, states: AdamState[]): number[] {
  if (!bytes) return [];
  const { history, arrays } = JSON.parse(new TextDecoder().decode(bytes)) as {
    history: number[];
    arrays: string[];
  };
  states.forEach((state, v) => {
    state.values.set(textToFloats(who, arrays[3 * v]!));
    state.mean.set(textToFloats(who, arrays[3 * v + 1]!));
    state.square.set(textToFloats(who, arrays[3 * v + 2]!));
  });
  return history;
}
