import { checkNumber } from '@diff/checks';
import type { Accumulator } from '../accumulator.js';
import { checkEither } from '../labels.js';
import { type Confusion, confusionOf } from './confusion.js';
import { type OverlapState, overlapAccumulator } from './overlap-accumulator.js';
import { overlapCount } from './overlap-count.js';

/**
 * `confusion` of data given in parts, `update(prediction, reference)`: equal to that of the parts put together. With
 * `labels`, one table for each.
 *
 * @throws RangeError from `update` as `confusion` does; from `merge` for another threshold or other labels; from `compute`
 * before any update
 */
export function confusionAccumulator(options?: { threshold?: number }): Accumulator<Confusion, OverlapState>;
export function confusionAccumulator(options: {
  labels: readonly number[];
}): Accumulator<Confusion[], OverlapState>;
export function confusionAccumulator(
  options: { threshold?: number; labels?: readonly number[] } = {},
): Accumulator<Confusion | Confusion[], OverlapState> {
  const caller = 'confusionAccumulator';
  checkEither(caller, options, ['threshold', 'labels']);
  const { threshold, labels } = options;
  if (threshold !== undefined) checkNumber(caller, 'threshold', threshold);
  const thresholds = threshold === undefined ? undefined : [threshold];
  return overlapAccumulator(
    caller,
    { thresholds, labels },
    (prediction, reference) => [overlapCount(caller, prediction, reference, threshold)],
    ({ counts, values }) => {
      const tables = counts.map((count) => confusionOf(count, values));
      return labels ? tables : tables[0]!;
    },
  );
}
