import { checkFinite, type Numbers, ratio } from '../checks.js';
import { type Overlap, overlapCounts } from './overlap-counts.js';

export interface OverlapOptions {
  /** A value belongs to a mask where it is `> threshold`; 0.5 by default. */
  threshold?: number;
  /** What to return where empty masks leave the metric undefined (zero over zero). */
  empty?: number;
}

/**
 * Dice coefficient, 2·|P ∩ R| / (|P| + |R|), of a prediction P and a reference R binarised with
 * `> threshold` (0.5 by default): 0 where nothing overlaps, 1 where they are equal. Symmetric.
 * Two empty masks agree: `empty`, 1 by default.
 *
 * @throws RangeError for empty arrays, arrays of unequal length, and values that are not finite
 */
export function dice(
  prediction: Numbers,
  reference: Numbers,
  { threshold = 0.5, empty = 1 }: OverlapOptions = {},
): number {
  checkFinite('dice', 'threshold', threshold);
  return diceOf(overlapCounts('dice', prediction, reference, [threshold])[0]!, empty);
}

export function diceOf({ prediction, reference, both }: Overlap, empty: number): number {
  return ratio('dice', 2 * both, prediction + reference, empty, '');
}
