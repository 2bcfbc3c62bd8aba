import {
  check,
  checkInteger,
  checkNumber,
  checkNumbers,
  checkOneOf,
  checkOptions,
  checkValues,
  fail,
} from '@diff/checks';

/** Whose products are finite. */
const WITHIN = [-1e100, 1e100] as const;

export interface SvmOptions {
  /** `rbf` (default): e^(−γ‖a − b‖²); `linear`: a·b. */
  kernel?: 'rbf' | 'linear';
  /** γ. Default: 1 / (features · variance of all values), as scikit-learn's `scale`. */
  gamma?: number;
  /** The price of a sample on the wrong side. Default: 1. */
  cost?: number;
  /** What the price is multiplied by for positives. Default: 1. */
  positiveWeight?: number;
  /** How far from the optimality conditions it stops. Default: 1e-3, as LIBSVM. */
  tolerance?: number;
  /** Default: 100,000. */
  maxIterations?: number;
}

export const svmOptions = [
  'kernel',
  'gamma',
  'cost',
  'positiveWeight',
  'tolerance',
  'maxIterations',
] as const satisfies (keyof SvmOptions)[];

/** A trained support vector machine. */
export interface Svm {
  /** The signed distance from the boundary, in margins: above 0 means 1. */
  score(sample: readonly number[]): number;
  supportVectors: number;
  iterations: number;
  /** False if it stopped at `maxIterations`. */
  converged: boolean;
}

/**
 * A support vector machine for two classes: minimises ½αᵀQα − Σα under 0 ≤ α ≤ C, Σyα = 0, by sequential minimal
 * optimisation with second-order choice of the pair (Fan, Chen & Lin 2005), which is LIBSVM's method. The whole kernel
 * matrix is kept: memory grows with the square of the samples.
 *
 * Written here because no kept JavaScript library is to be had: libsvm-js was last released in 2018 and gives no
 * decision values, and ml-svm's README says that it is meant for students.
 *
 * @param samples n samples of the same number of features.
 * @param labels 0 or 1.
 * @throws RangeError for lengths that differ, a value that is not finite, one class only, or an option out of range.
 */
export function svm(
  samples: readonly (readonly number[])[],
  labels: readonly (0 | 1)[],
  options: SvmOptions = {},
): Svm {
  checkOptions('svm', options, svmOptions);
  return machineOf('svm', samples, labels, options);
}

/** `svm` under the name of the function that called it; names of options are checked by the caller. */
export function machineOf(
  who: string,
  samples: readonly (readonly number[])[],
  labels: readonly (0 | 1)[],
  options: SvmOptions,
): Svm {
  const { cost = 1, positiveWeight = 1, tolerance = 1e-3, maxIterations = 100_000 } = options;
  checkSamples(who, samples, labels);
  checkNumber(who, 'cost', cost, 0, Infinity, { open: true });
  checkNumber(who, 'positiveWeight', positiveWeight, 0, Infinity, { open: true });
  checkNumber(who, 'tolerance', tolerance, 0, Infinity, { open: true });
  checkInteger(who, 'maxIterations', maxIterations, 0);
  const kernel = kernelOf(who, samples, options);
  const n = samples.length;
  const y = Array.from(labels, (label) => (label ? 1 : -1));
  const limit = Array.from(labels, (label) => (label ? cost * positiveWeight : cost));
  const k = samples.map((a) => Float64Array.from(samples, (b) => kernel(a, b)));
  const alpha = new Float64Array(n);
  const gradient = new Float64Array(n).fill(-1);

  let iterations = 0;
  let converged = false;
  for (; iterations < maxIterations; iterations++) {
    const pair = choosePair(y, limit, k, alpha, gradient, tolerance);
    if (!pair) {
      converged = true;
      break;
    }
    const [i, j] = pair;
    const curvature = Math.max(k[i]![i]! + k[j]![j]! - 2 * k[i]![j]!, 1e-12);
    // The step along (y_i, −y_j) that keeps Σyα, cut where either α meets a bound.
    const room = (t: number, sign: number) => (sign > 0 ? limit[t]! - alpha[t]! : alpha[t]!);
    const step = Math.min(
      (y[j]! * gradient[j]! - y[i]! * gradient[i]!) / curvature,
      room(i, y[i]!),
      room(j, -y[j]!),
    );
    alpha[i]! += y[i]! * step;
    alpha[j]! -= y[j]! * step;
    for (let t = 0; t < n; t++) gradient[t]! += y[t]! * step * (k[t]![i]! - k[t]![j]!);
  }

  const bias = biasOf(y, limit, alpha, gradient);
  const support = [...alpha.keys()].filter((t) => alpha[t]! > 0);
  return {
    score(sample) {
      checkNumbers(who, 'sample', sample, { length: samples[0]!.length });
      checkValues(who, 'sample', sample);
      return support.reduce((sum, t) => sum + alpha[t]! * y[t]! * kernel(samples[t]!, sample), bias);
    },
    supportVectors: support.length,
    iterations,
    converged,
  };
}

function checkSamples(
  who: string,
  samples: readonly (readonly number[])[],
  labels: readonly (0 | 1)[],
): void {
  check(Array.isArray(samples), who, 'samples', samples, 'an array of arrays', 'other');
  if (samples.length === 0) fail(who, 'samples is empty, expected at least one of either label');
  for (const [i, sample] of samples.entries()) {
    checkNumbers(who, `samples[${i}]`, sample, i ? { length: samples[0]!.length } : {});
    checkValues(who, `samples[${i}]`, sample, ...WITHIN);
  }
  checkNumbers(who, 'labels', labels, { length: samples.length });
  for (let i = 0; i < labels.length; i++) checkOneOf(who, `labels[${i}]`, labels[i], [0, 1]);
  if (new Set(Array.from(labels)).size < 2) fail(who, `labels are all ${labels[0]}, expected both 0 and 1`);
}

function kernelOf(
  who: string,
  samples: readonly (readonly number[])[],
  { kernel = 'rbf', gamma }: SvmOptions,
) {
  const dot = (a: readonly number[], b: readonly number[]) =>
    a.reduce((sum, value, f) => sum + value * b[f]!, 0);
  checkOneOf(who, 'kernel', kernel, ['rbf', 'linear']);
  if (kernel === 'linear') return dot;
  const values = samples.flat();
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  const { rate = 1 / (samples[0]!.length * (variance || 1)) } = { rate: gamma };
  checkNumber(who, 'gamma', rate, 0, Infinity, { open: true });
  return (a: readonly number[], b: readonly number[]) =>
    Math.exp(-rate * a.reduce((sum, value, f) => sum + (value - b[f]!) ** 2, 0));
}

/** Whether α_t may grow along +y_t (`up`) or −y_t (`down`). */
const mayGo = (up: boolean, y: number, alpha: number, limit: number) =>
  y > 0 === up ? alpha < limit : alpha > 0;

function choosePair(
  y: readonly number[],
  limit: readonly number[],
  k: readonly Float64Array[],
  alpha: Float64Array,
  gradient: Float64Array,
  tolerance: number,
): [number, number] | undefined {
  const force = (t: number) => -y[t]! * gradient[t]!;
  let [i, highest] = [-1, -Infinity];
  for (const t of y.keys())
    if (mayGo(true, y[t]!, alpha[t]!, limit[t]!) && force(t) > highest) [i, highest] = [t, force(t)];
  let [j, lowest, best] = [-1, Infinity, 0];
  for (const t of y.keys()) {
    if (i === -1 || !mayGo(false, y[t]!, alpha[t]!, limit[t]!)) continue;
    lowest = Math.min(lowest, force(t));
    const gap = highest - force(t);
    const gain = gap > 0 ? gap ** 2 / Math.max(k[i]![i]! + k[t]![t]! - 2 * k[i]![t]!, 1e-12) : 0;
    if (gain > best) [j, best] = [t, gain];
  }
  return j === -1 || highest - lowest < tolerance ? undefined : [i, j];
}

/** The bias that the free support vectors agree on; the middle of what the bounded ones allow where there is none. */
function biasOf(
  y: readonly number[],
  limit: readonly number[],
  alpha: Float64Array,
  gradient: Float64Array,
): number {
  const force = (t: number) => -y[t]! * gradient[t]!;
  const all = [...alpha.keys()];
  const free = all.filter((t) => alpha[t]! > 0 && alpha[t]! < limit[t]!);
  if (free.length) return free.reduce((sum, t) => sum + force(t), 0) / free.length;
  const bound = (up: boolean) => all.filter((t) => mayGo(up, y[t]!, alpha[t]!, limit[t]!)).map(force);
  return (Math.max(...bound(true)) + Math.min(...bound(false))) / 2;
}
