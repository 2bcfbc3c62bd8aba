import {
  checkFunction,
  checkInteger,
  checkNumber,
  checkOneOf,
  checkOptions,
  checkSignal,
  fail,
} from '@diff/checks';
import { checkPair, type Numbers, numbers } from '../numbers.js';
import { stack } from '../stack.js';
import { upperQuantile, upperTail } from './normal.js';
import { quantile } from './quantile.js';
import { uniform } from './random.js';
import { itself, mean, sum } from './sum.js';

export interface BootstrapOptions {
  /** Cases of the same value here are resampled among themselves, such as the labels; none by default. */
  strata?: Numbers;
  /** How many resamples; 2000 by default. */
  resamples?: number;
  /** Confidence level of the interval, between 0 and 1; 0.95 by default. */
  level?: number;
  /** The same integer, from 0, gives the same resamples; 0 by default. */
  seed?: number;
  /** 'percentile' (the default), or 'bca': bias-corrected and accelerated, with one more call per case. */
  method?: 'percentile' | 'bca';
  /** Called after each resample. */
  onProgress?: (done: number, total: number) => void;
  /** Asked before each resample. */
  signal?: AbortSignal;
}

/** What `bootstrap` gives. */
export interface BootstrapResult {
  /** The statistic of the data as they are. */
  estimate: number;
  /** Standard deviation over the resamples. */
  standardError: number;
  /** Confidence interval at `level`. */
  interval: [number, number];
  /** The statistic of every resample, ascending. */
  samples: Float64Array;
}

/**
 * Bootstrap interval of any statistic of cases. `columns` hold one value for each case; `statistic` gets them
 * resampled with replacement, row by row: `bootstrap([labels, scores], rocAuc, { strata: labels })`.
 * The arrays that it gets are used again for the next resample.
 *
 * @throws RangeError where the statistic is not finite; for empty columns, columns of unequal length, values
 * that are not finite, and options out of range
 * @see Efron, *Better bootstrap confidence intervals*, 1987
 */
export function bootstrap(
  columns: readonly Numbers[],
  statistic: (...columns: Float64Array[]) => number,
  options: BootstrapOptions = {},
): BootstrapResult {
  const caller = 'bootstrap';
  checkFunction(caller, 'statistic', statistic);
  checkOptions(caller, options, ['strata', 'resamples', 'level', 'seed', 'method', 'onProgress', 'signal']);
  const { resamples = 2000, level = 0.95, seed = 0, method = 'percentile', onProgress, signal } = options;
  checkInteger(caller, 'resamples', resamples, 2, 2 ** 24);
  checkInteger(caller, 'seed', seed, 0);
  checkOneOf(caller, 'method', method, ['percentile', 'bca']);
  checkNumber(caller, 'level', level, 0, 1, { open: true });
  if (onProgress !== undefined) checkFunction(caller, 'onProgress', onProgress);
  checkSignal(caller, signal);
  const data = stack(caller, 'columns', columns, 1, numbers);
  const strata = strataOf(caller, columns[0]!, options.strata);
  const evaluate = (...values: Float64Array[]) => {
    const value = statistic(...values);
    checkNumber(caller, 'statistic', value);
    return value;
  };

  const random = uniform(seed);
  const resample = data.map((column) => column.slice());
  const estimate = evaluate(...resample);
  const samples = new Float64Array(resamples);
  for (let done = 0; done < resamples; ) {
    signal?.throwIfAborted();
    for (const members of strata) {
      for (const row of members) {
        const drawn = members[Math.floor(random() * members.length)]!;
        for (let k = 0; k < data.length; k++) resample[k]![row] = data[k]![drawn]!;
      }
    }
    samples[done++] = evaluate(...resample);
    onProgress?.(done, resamples);
  }
  samples.sort();
  const centre = mean(samples, itself);
  const tail = (1 - level) / 2;
  const shift = method === 'bca' ? accelerated(estimate, samples, data, strata, evaluate) : (p: number) => p;
  return {
    estimate,
    standardError: Math.sqrt(sum(samples, (value) => (value - centre) ** 2) / (resamples - 1)),
    interval: [quantile(samples, shift(tail)), quantile(samples, shift(1 - tail))],
    samples,
  };
}

/** The rows of each stratum. */
function strataOf(caller: string, column: Numbers, strata?: Numbers): number[][] {
  if (strata === undefined) return [Array.from(column, (_, row) => row)];
  checkPair(caller, 'columns[0]', column, 'strata', strata);
  const groups = new Map<number, number[]>();
  numbers(caller, 'strata', strata).forEach((value, row) => {
    if (!groups.get(value)?.push(row)) groups.set(value, [row]);
  });
  return [...groups.values()];
}

/**
 * Where the percentile p moves to: z₀ from how many samples fall below the estimate, the acceleration from
 * leaving out each case (Davison & Hinkley, *Bootstrap Methods and their Application*, 1997, equation 5.24
 * for several strata).
 */
function accelerated(
  estimate: number,
  samples: Float64Array,
  data: Float64Array[],
  strata: number[][],
  evaluate: (...columns: Float64Array[]) => number,
): (p: number) => number {
  const below = sum(samples, (value) => (Math.sign(estimate - value) + 1) / 2);
  if (below === 0 || below === samples.length) {
    fail('bootstrap', "all resamples lie on one side of the estimate, which 'bca' cannot correct");
  }
  const bias = -upperQuantile(below / samples.length);
  let squares = 0;
  let cubes = 0;
  for (const members of strata) {
    const size = members.length;
    const without = members.map((row) =>
      evaluate(...data.map((column) => column.filter((_, i) => i !== row))),
    );
    const centre = mean(without, itself);
    const influence = (value: number) => ((size - 1) * (centre - value)) / size;
    squares += sum(without, (value) => influence(value) ** 2);
    cubes += sum(without, (value) => influence(value) ** 3);
  }
  const acceleration = squares && cubes / squares ** 1.5 / 6;
  return (p) => {
    const z = bias - upperQuantile(p);
    return upperTail(-bias - z / (1 - acceleration * z));
  };
}
