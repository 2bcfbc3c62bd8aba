import type { Accumulator } from '../accumulator.js';
import { type Confusion, confusionOf } from './confusion.js';
import { type OverlapState, overlapAccumulator } from './overlap-accumulator.js';

/**
 * `confusion` of data given in parts, `update(prediction, reference)`: equal to that of the parts put together.
 *
 * @throws RangeError from `update` as `confusion` does; from `merge` for another threshold; from `compute`
 * before any update
 */
export function confusionAccumulator({
  threshold = 0.5,
}: {
  threshold?: number;
} = {}): Accumulator<Confusion, OverlapState> {
  return overlapAccumulator('confusionAccumulator', [threshold], ({ counts, values }) =>
    confusionOf(counts[0]!, values),
  );
}
