import { checkFinite, type Numbers, ratio } from '../checks.js';
import type { OverlapOptions } from './dice.js';
import { type Overlap, overlapCounts } from './overlap-counts.js';

/**
 * Jaccard index (intersection over union), |P ∩ R| / |P ∪ R|, of masks binarised with `> threshold`
 * (0.5 by default); D / (2 − D) of their Dice coefficient D. Symmetric, from 0 to 1.
 * Two empty masks agree: `empty`, 1 by default.
 *
 * @throws RangeError for empty arrays, arrays of unequal length, and values that are not finite
 */
export function jaccard(
  prediction: Numbers,
  reference: Numbers,
  { threshold = 0.5, empty = 1 }: OverlapOptions = {},
): number {
  checkFinite('jaccard', 'threshold', threshold);
  return jaccardOf(overlapCounts('jaccard', prediction, reference, [threshold])[0]!, empty);
}

export function jaccardOf({ prediction, reference, both }: Overlap, empty: number): number {
  return ratio('jaccard', both, prediction + reference - both, empty, '');
}
