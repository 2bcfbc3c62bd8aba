import type { Accumulator } from '../accumulator.js';
import { fail } from '../checks.js';
import { type Overlap, overlapCounts } from './overlap-counts.js';
import { checkThresholds } from './soft-dice.js';

export interface OverlapState {
  thresholds: readonly number[];
  /** How many values came so far. */
  values: number;
  /** How many of them lie above each threshold: in the predictions, in the references, in both. */
  counts: Overlap[];
}

/** An accumulator of what `compute` makes of the counts. */
export function overlapAccumulator<Result>(
  caller: string,
  thresholds: readonly number[],
  compute: (state: OverlapState) => Result,
): Accumulator<Result, OverlapState> {
  checkThresholds(caller, thresholds);
  const state = {
    thresholds,
    values: 0,
    counts: thresholds.map(() => ({ prediction: 0, reference: 0, both: 0 })),
  };
  const add = (counts: readonly Overlap[], values: number) => {
    state.values += values;
    state.counts.forEach((count, k) => {
      count.prediction += counts[k]!.prediction;
      count.reference += counts[k]!.reference;
      count.both += counts[k]!.both;
    });
  };
  return {
    state,
    update: (prediction, reference) =>
      add(overlapCounts(caller, prediction, reference, thresholds), prediction.length),
    merge({ state: other }) {
      if (`${other.thresholds}` !== `${thresholds}`) {
        fail(caller, `merged thresholds are [${other.thresholds}], expected [${thresholds}]`);
      }
      add(other.counts, other.values);
    },
    compute: () => (state.values ? compute(state) : fail(caller, 'no data yet')),
  };
}
