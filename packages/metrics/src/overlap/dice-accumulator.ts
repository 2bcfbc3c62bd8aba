import type { Accumulator } from '../accumulator.js';
import { mean } from '../statistics/sum.js';
import { diceOf } from './dice.js';
import { type OverlapState, overlapAccumulator } from './overlap-accumulator.js';
import type { SoftDiceOptions } from './soft-dice.js';

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
}: SoftDiceOptions = {}): Accumulator<number, OverlapState> {
  return overlapAccumulator('diceAccumulator', thresholds, ({ counts }) =>
    mean(counts, (count) => diceOf(count, empty)),
  );
}
