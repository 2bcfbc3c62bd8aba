import { check, checkInteger, checkNumbers, checkObject, checkValues, fail, show } from '@diff/checks';
import type { Rank, Scalar, Tensor, Tensor2D, Tensor3D, Tensor4D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { type CaseBatch, caseBatch, type DiagnosedCase } from './case-batch.js';
import { diagnose } from './diagnose.js';
import { type DiagnosisFirstOptions, optionsBeside, settingsOf } from './diagnosis-first-options.js';
import { type DisputedPixels, disputedPixels } from './disputed-pixels.js';
import {
  checkExpertness,
  type Expertness,
  type ExpertnessParameters,
  fuseRaters,
  softmaxOverRaters,
} from './expertness.js';
import { diagnosisObjective } from './objective.js';

/** The largest number of 32 bits. */
const FLOAT = 3.4028234663852886e38;

/** One fused case. Maps are row-major, `height · width`. */
export interface DiagnosisFirstResult {
  /** The fused label of each structure, in [0, 1]. */
  fused: Record<string, Float32Array>;
  /**
   * The expertness map of each rater; over the raters they sum to 1 at every pixel. A rater who outlined nothing has
   * weight 0; where one left out a single structure, that structure is fused by the maps of the others, rescaled to 1.
   */
  expertness: Record<string, Float32Array>;
  /** Each network's logit on image ⊕ fused label. */
  logits: number[];
  /** The objective before every step, and after the last. */
  history: number[];
  /** The parameters of the maps; `expertnessAt` draws them on another grid. */
  parameters: Float32Array[];
}

/** One step of a batch: its number (from 0) and each case's objective before it. */
export interface DiagnosisFirstStep {
  step: number;
  iterations: number;
  objective: Float32Array;
}

/**
 * DF-GT: fuses the raters of one case so that a frozen diagnosis network diagnoses it right.
 *
 * Finds the expertness maps m that minimise L(θ, x ⊕ Σᵢ sᵢ · mᵢ, y) by gradient descent on the parameters of m alone: x
 * the image, sᵢ the raters' masks, y the diagnosis, θ the network. It starts from equal weights (zero iterations give the
 * mean of the masks), and the result depends only on the case, the options and the engine.
 *
 * Source: Wu et al., "Calibrate the inter-observer segmentation uncertainty via diagnosis-first principle", §3.2.1,
 * Eqs. 2–5 (the sign of Eq. 4 is a slip: it is a descent).
 *
 * @throws RangeError, TypeError on a case that cannot be fused (see `caseBatch`), or a network whose output is not
 *   [B, 1] or not finite.
 */
export async function diagnosisFirst(
  one: DiagnosedCase & DiagnosisFirstOptions,
): Promise<DiagnosisFirstResult> {
  const steps = stepsOf('diagnosisFirst', [one], optionsBeside(one));
  for (;;) {
    const next = await steps.next();
    if (next.done) return next.value[0]!;
  }
}

/**
 * The generator twin of `diagnosisFirst`, for a batch of cases of one size: yields every step, returns the results. Each
 * case has maps of its own and its objective is added, not averaged, so that a case comes out as it would alone.
 */
export function diagnosisFirstSteps(
  cases: readonly DiagnosedCase[],
  options: DiagnosisFirstOptions,
): AsyncGenerator<DiagnosisFirstStep, DiagnosisFirstResult[]> {
  return stepsOf('diagnosisFirstSteps', cases, options);
}

export async function* stepsOf(
  who: string,
  cases: readonly DiagnosedCase[],
  options: DiagnosisFirstOptions,
): AsyncGenerator<DiagnosisFirstStep, DiagnosisFirstResult[]> {
  const {
    expertness,
    iterations,
    learningRate,
    optimizer: make,
    seed,
    settle,
    signal,
  } = settingsOf(who, options);
  const { structures, raters } = options;
  const batch = caseBatch(who, cases, { structures, raters });
  const disputed = await disputedPixels(batch);
  const run = { ...options, who, disputed };
  const parameters = expertness.create(
    { batch: batch.size, height: batch.height, width: batch.width, raters: batch.raters.length },
    seed,
  );
  const optimizer = make(learningRate);
  const history: number[][] = cases.map(() => []);
  const results: DiagnosisFirstResult[] = new Array(batch.size);
  const finished = (b: number) => results[b] !== undefined;
  const allFinished = () => cases.every((_, b) => finished(b));
  try {
    // A network that throws must do so here: an error while gradients are recorded would leave their tape behind.
    tf.tidy(() => void objectiveOf(batch, parameters, run));
    for (let step = 0; step < iterations; step++) {
      signal?.throwIfAborted();
      const { objective, gradients } = objectiveAndGradients(batch, parameters, run, step);
      const values = await read(objective);
      if (values.some((value) => !Number.isFinite(value))) tf.dispose(gradients);
      checkFinite(who, values, cases, step);
      const done: number[] = [];
      values.forEach((value, b) => {
        if (finished(b)) return;
        history[b]!.push(value);
        if (settle && isSettled(history[b]!, settle)) done.push(b);
      });
      if (done.length) {
        const now = await collect(batch, parameters, run);
        for (const b of done) results[b] = { ...now[b]!, history: history[b]! };
      }
      if (allFinished()) {
        tf.dispose(gradients);
        break;
      }
      optimizer.applyGradients(gradients);
      tf.dispose(gradients);
      yield { step, iterations, objective: values };
    }
    if (!allFinished()) {
      const last = await collect(batch, parameters, run);
      const objective = await read(objectiveOf(batch, parameters, run));
      checkFinite(who, objective, cases, iterations);
      last.forEach((result, b) => {
        if (!finished(b)) results[b] = { ...result, history: [...history[b]!, objective[b]!] };
      });
    }
    return results;
  } finally {
    optimizer.dispose();
    parameters.dispose();
    disputed?.dispose();
    batch.dispose();
  }
}

/**
 * Draws fitted maps on another grid over the same field of view: a network fitted at 64 × 64 gives maps for 512 × 512.
 *
 * @param expertness The one that was fitted; it must be continuous (`expG`).
 * @param result What `diagnosisFirst` returned.
 * @param size Of anything that has a height and a width, such as an image.
 * @returns One map per rater, `height · width`; together they sum to 1.
 */
export async function expertnessAt(
  expertness: Expertness,
  result: Pick<DiagnosisFirstResult, 'parameters' | 'expertness'>,
  size: { height: number; width: number },
): Promise<Record<string, Float32Array>> {
  const who = 'expertnessAt';
  checkExpertness(who, expertness);
  checkObject(who, 'result', result, 'what diagnosisFirst returned');
  checkObject(who, 'result.expertness', result.expertness);
  for (const [rater, map] of Object.entries(result.expertness)) {
    checkNumbers(who, `result.expertness.${rater.slice(0, 40)}`, map);
    checkValues(who, `result.expertness.${rater.slice(0, 40)}`, map, 0, 1);
  }
  check(Array.isArray(result.parameters), who, 'result.parameters', result.parameters, 'an array', 'other');
  checkObject(who, 'size', size);
  const { height, width } = size;
  checkInteger(who, 'height', height, 1);
  checkInteger(who, 'width', width, 1);
  const raters = Object.keys(result.expertness);
  if (raters.length === 0) fail(who, 'result.expertness is empty, expected at least one rater');
  const parameters = expertness.create({ batch: 1, height: 1, width: 1, raters: raters.length }, 0);
  try {
    const { logitsAt } = parameters;
    if (!logitsAt)
      throw new TypeError(
        `expertnessAt: expertness is ${expertness.name}, which has values at its own pixels only, expected expG`,
      );
    parameters.variables.forEach((variable, i) => {
      const values = result.parameters[i];
      checkNumbers(who, `result.parameters[${i}]`, values);
      checkValues(who, `result.parameters[${i}]`, values, -FLOAT, FLOAT);
      if (values?.length !== variable.size) {
        throw new RangeError(
          `expertnessAt: parameters[${i}] has ${values?.length} values, expected ${variable.size}: were they fitted by another ${expertness.name}?`,
        );
      }
      tf.tidy(() => variable.assign(tf.tensor(Float32Array.from(values), variable.shape)));
    });
    const present = raters.map((rater) => Number(result.expertness[rater]!.some((weight) => weight > 0)));
    const weights = tf.tidy(() =>
      softmaxOverRaters(logitsAt(height, width), tf.tensor4d(present, [1, 1, 1, raters.length])),
    );
    const values = await read(weights);
    return Object.fromEntries(raters.map((rater, r) => [rater, every(values, r, raters.length)]));
  } finally {
    parameters.dispose();
  }
}

/** The options, the function that got them, and where maps need to be drawn. */
type Run = DiagnosisFirstOptions & { who: string; disputed: DisputedPixels | undefined };

const pictureOf = (batch: CaseBatch, fused: Tensor3D) =>
  tf.reshape<Rank.R4>(fused, [batch.size, batch.height, batch.width, batch.structures.length]);

/** The fused label by maps that are drawn at every pixel. */
const fuseBatch = (batch: CaseBatch, logits: Tensor3D): Tensor4D =>
  tf.tidy(() => pictureOf(batch, fuseRaters(logits, batch.annotations, batch.present)));

/** The same by maps that are drawn only where raters differ. */
function fuseDisputed(
  batch: CaseBatch,
  parameters: ExpertnessParameters,
  disputed: DisputedPixels,
): Tensor4D {
  return tf.tidy(() => {
    const logits = parameters.logitsOf?.(disputed.pixels) ?? disputed.take(parameters.logits());
    const fused = disputed.put(fuseRaters(logits, disputed.annotations, batch.present));
    return pictureOf(batch, tf.add(disputed.agreed, fused));
  });
}

/** Each case's objective, averaged over the networks, [B, 1]. */
function objectiveOf(
  batch: CaseBatch,
  parameters: ExpertnessParameters,
  options: Run,
  step?: number,
): Tensor2D {
  return tf.tidy(() => {
    const { transform } = parameters;
    const seen = transform && step !== undefined ? (x: Tensor4D) => transform(x, step) : undefined;
    const { disputed } = options;
    const fused = disputed
      ? fuseDisputed(batch, parameters, disputed)
      : fuseBatch(batch, parameters.logits());
    const logits = diagnose(options.who, batch, fused, options, seen);
    const objectives = logits.map((z) => diagnosisObjective(options.objective ?? 'bce', z, batch.diagnoses));
    return tf.div(tf.addN(objectives), objectives.length);
  });
}

function objectiveAndGradients(
  batch: CaseBatch,
  parameters: ExpertnessParameters,
  options: Run,
  step: number,
) {
  return tf.tidy(() => {
    let objective!: Tensor2D;
    const { grads } = tf.variableGrads(() => {
      objective = tf.keep(objectiveOf(batch, parameters, options, step));
      return tf.sum(objective) as Scalar;
    }, parameters.variables);
    return { objective, gradients: grads };
  });
}

async function collect(
  batch: CaseBatch,
  parameters: ExpertnessParameters,
  options: Run,
): Promise<Omit<DiagnosisFirstResult, 'history'>[]> {
  const { size, structures, raters } = batch;
  const [fused, weights, ...logits] = tf.tidy(() => {
    const maps = parameters.logits();
    const label = fuseBatch(batch, maps);
    return [
      label,
      softmaxOverRaters(maps, batch.presentAtAll),
      ...diagnose(options.who, batch, label, options),
    ] as Tensor[];
  });
  const fusedValues = await read(fused!);
  const weightValues = await read(weights!);
  const logitValues = await Promise.all(logits.map(read));
  const parameterValues = await Promise.all(
    parameters.variables.map((variable) => variable.data() as Promise<Float32Array>),
  );
  return Array.from({ length: size }, (_, b) => {
    const ofCase = (values: Float32Array) =>
      values.subarray((b * values.length) / size, ((b + 1) * values.length) / size);
    const label = ofCase(fusedValues);
    const maps = ofCase(weightValues);
    return {
      fused: Object.fromEntries(
        structures.map((structure, s) => [structure, every(label, s, structures.length)]),
      ),
      expertness: Object.fromEntries(raters.map((rater, r) => [rater, every(maps, r, raters.length)])),
      logits: logitValues.map((values) => values[b]!),
      parameters: parameterValues.map((values) => ofCase(values).slice()),
    };
  });
}

/** Every `stride`-th value from `start` on. */
const every = (values: Float32Array, start: number, stride: number) =>
  Float32Array.from({ length: values.length / stride }, (_, i) => values[start + i * stride]!);

async function read(tensor: Tensor): Promise<Float32Array> {
  const values = (await tensor.data()) as Float32Array;
  tensor.dispose();
  return values;
}

function isSettled(
  history: number[],
  { tolerance, patience }: { tolerance: number; patience: number },
): boolean {
  if (history.length <= patience) return false;
  const recent = history.slice(-patience - 1);
  return Math.max(...recent) - Math.min(...recent) < tolerance;
}

function checkFinite(
  who: string,
  objective: Float32Array,
  cases: readonly DiagnosedCase[],
  step: number,
): void {
  const b = objective.findIndex((value) => !Number.isFinite(value));
  if (b >= 0) {
    throw new RangeError(
      `${who}: the objective of case ${show(cases[b]?.id ?? b)} is ${objective[b]} at step ${step}, expected a finite number: the network's logit is not finite, or the learningRate too large`,
    );
  }
}
