import {
  check,
  checkInteger,
  checkNumber,
  checkNumbers,
  checkOptions,
  checkValues,
  fail,
} from '@diff/checks';
import type { Accumulator } from '../accumulator.js';
import { byClass, checkClasses, sortRanking } from './ranking.js';
import { aucOf } from './roc-auc.js';

/** All that an `AucAccumulator` knows. */
export interface AucState {
  /** How many bins; 0 where every score is kept. */
  bins: number;
  /** The scores that the bins cover. */
  range: readonly [number, number];
  /** The scores of the positive cases, or how many of them each bin holds. */
  positives: number[];
  /** The scores of the negative cases, or how many of them each bin holds. */
  negatives: number[];
}

/** The accumulator that `aucAccumulator` makes. */
export interface AucAccumulator extends Accumulator<number, AucState> {
  /** `compute()` is at most this far from `rocAuc` of the same data; 0 without bins. */
  errorBound(): number;
}

/**
 * Area under the ROC curve of cases given in parts, `update(labels, scores)`. Without `bins` it keeps every
 * score, 8 bytes per case, and equals `rocAuc`. With `bins` it counts cases in that many bins of equal width
 * over `range` ([0, 1] by default), whatever their number: pairs of a positive and a negative in one bin
 * count half, so that the area is at most ½ · Σₖ pₖ·nₖ / (Σₖ pₖ · Σₖ nₖ) wrong for the pₖ positives and nₖ
 * negatives of bin k, which `errorBound()` returns.
 *
 * @throws RangeError from `update` as `rocAuc` does, save for a missing class, and for scores outside the
 * `range`; from `merge` for other bins; from `compute` and `errorBound` where a class is missing
 */
export function aucAccumulator(
  options: { bins?: number; range?: readonly [number, number] } = {},
): AucAccumulator {
  const caller = 'aucAccumulator';
  checkOptions(caller, options, ['bins', 'range']);
  const { bins = 0, range = [0, 1] } = options;
  check(
    Array.isArray(range) && range.length === 2,
    caller,
    'range',
    range,
    'an array of two numbers',
    'other',
  );
  const [low, high] = range;
  checkInteger(caller, 'bins', bins, 0, 2 ** 24);
  checkNumber(caller, 'range[0]', low);
  checkNumber(caller, 'range[1]', high, low, Infinity, { open: true });
  const counts = () => new Array<number>(bins).fill(0);
  const state: AucState = { bins, range: [low, high], positives: counts(), negatives: counts() };
  const classes = ['positives', 'negatives'] as const;

  /** The area if pairs in one bin count `half`, from 0 to 1. */
  const binned = (half: number) => {
    let positives = 0;
    let negatives = 0;
    let wins = 0;
    state.positives.forEach((count, k) => {
      wins += count * (negatives + half * state.negatives[k]!);
      positives += count;
      negatives += state.negatives[k]!;
    });
    checkClasses(caller, positives, negatives);
    return wins / (positives * negatives);
  };
  return {
    state,
    update(labels, scores) {
      const ranking = byClass(caller, labels, scores);
      if (bins) checkValues(caller, 'scores', scores, low, high);
      for (const name of classes) {
        for (const score of ranking[name]) {
          if (!bins) state[name].push(score);
          else state[name][Math.min(bins - 1, Math.floor((bins * (score - low)) / (high - low)))]!++;
        }
      }
    },
    merge(accumulator) {
      const other = accumulator?.state;
      check(Array.isArray(other?.range), caller, 'state', other, 'the state of an accumulator', 'other');
      if (`${[other.bins, other.range]}` !== `${[bins, range]}`) {
        fail(caller, `merged bins are ${other.bins} over [${other.range}], expected ${bins} over [${range}]`);
      }
      for (const name of classes) {
        checkNumbers(caller, `state.${name}`, other[name], bins ? { length: bins } : { empty: true });
        checkValues(caller, `state.${name}`, other[name], bins ? 0 : undefined);
      }
      for (const name of classes) {
        const into = state[name];
        [...other[name]].forEach((value, k) => {
          if (bins) into[k]! += value;
          else into.push(value);
        });
      }
    },
    compute: () =>
      bins
        ? binned(0.5)
        : aucOf(
            sortRanking(caller, {
              positives: Float64Array.from(state.positives),
              negatives: Float64Array.from(state.negatives),
            }),
          ),
    errorBound: () => (bins ? (binned(1) - binned(0)) / 2 : 0),
  };
}
