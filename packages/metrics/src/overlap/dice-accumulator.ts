import { checkOptions, fail } from '@diff/checks';
import type { Accumulator } from '../accumulator.js';
import { average, type LabelScores } from '../labels.js';
import { checkReturned } from '../numbers.js';
import { itself, mean } from '../statistics/sum.js';
import { diceOf } from './dice.js';
import { type OverlapState, overlapAccumulator } from './overlap-accumulator.js';
import { overlapCounts } from './overlap-counts.js';
import type { LabelOptions } from './overlap-metric.js';
import { checkThresholds, type SoftDiceOptions } from './soft-dice.js';

/**
 * Dice of data given in parts, `update(prediction, reference)`: equal to `softDice` of the parts put
 * together, and with the one threshold 0.5 of the default to `dice`. With `labels` equal to `dice` with labels.
 *
 * @throws RangeError from `update` as `dice` does; from `merge` for other thresholds or labels; from `compute` before
 * any update
 */
export function diceAccumulator(options?: SoftDiceOptions): Accumulator<number, OverlapState>;
export function diceAccumulator(options: LabelOptions): Accumulator<LabelScores, OverlapState>;
export function diceAccumulator(
  options: SoftDiceOptions & Partial<LabelOptions> = {},
): Accumulator<number | LabelScores, OverlapState> {
  const caller = 'diceAccumulator';
  checkOptions(caller, options, ['thresholds', 'empty', 'labels']);
  const { thresholds, labels, empty = 1 } = options;
  checkReturned(caller, 'empty', empty);
  if (thresholds !== undefined && labels !== undefined)
    fail(caller, 'thresholds and labels are both given, expected one of them');
  if (thresholds !== undefined) checkThresholds(caller, thresholds);
  return overlapAccumulator(
    caller,
    { thresholds, labels },
    (prediction, reference) =>
      overlapCounts(caller, prediction, reference, thresholds, undefined, '`labels` or `thresholds`'),
    ({ counts }) => {
      const values = counts.map((count) => diceOf(count, empty));
      if (!labels) return mean(values, itself);
      return average(
        labels,
        values,
        counts.map(({ reference }) => reference),
      );
    },
  );
}
