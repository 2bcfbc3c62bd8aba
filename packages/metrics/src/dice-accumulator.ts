import type { Accumulator } from './accumulator.js';
import { fail } from './checks.js';
import { diceOf } from './dice.js';
import { type Overlap, overlapCounts } from './overlap-counts.js';
import { checkThresholds, type SoftDiceOptions } from './soft-dice.js';

export interface DiceState {
  thresholds: readonly number[];
  /** How many values came so far. */
  values: number;
  /** Values above each threshold so far: in the predictions, in the references, in both. */
  counts: Overlap[];
}

/**
 * Dice of data given in parts, `update(prediction, reference)`: equal to `softDice` of the parts put
 * together, and with the one threshold 0.5 of the default to `dice`.
 *
 * @throws RangeError from `update` as `dice` does; from `merge` for other thresholds; from `compute` before
 * any update
 */
export function diceAccumulator({
  thresholds = [0.5],
  empty = 1,
}: SoftDiceOptions = {}): Accumulator<number, DiceState> {
  const caller = 'diceAccumulator';
  checkThresholds(caller, thresholds);
  const state: DiceState = {
    thresholds: [...thresholds],
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
    compute() {
      if (!state.values) fail(caller, 'no data yet');
      return state.counts.reduce((sum, count) => sum + diceOf(count, empty), 0) / thresholds.length;
    },
  };
}
