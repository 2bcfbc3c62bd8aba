import type { LabelScores } from '../labels.js';
import { type Numbers, ratio } from '../numbers.js';
import type { Overlap } from './overlap-counts.js';
import { type LabelOptions, type OverlapOptions, overlapMetric } from './overlap-metric.js';

/**
 * Jaccard index (intersection over union), |P ∩ R| / |P ∪ R|, of masks binarised with `> threshold`
 * (0.5 by default); D / (2 − D) of their Dice coefficient D. Symmetric, from 0 to 1. One empty mask gives 0;
 * two empty masks agree: `empty`, 1 by default. With `labels`, of every label of two label maps.
 *
 * @throws RangeError for label maps without `labels` or `threshold`, empty arrays, arrays of unequal length, and values that
 * are not finite
 */
export function jaccard(prediction: Numbers, reference: Numbers, options?: OverlapOptions): number;
export function jaccard(prediction: Numbers, reference: Numbers, options: LabelOptions): LabelScores;
export function jaccard(
  prediction: Numbers,
  reference: Numbers,
  options: Partial<LabelOptions> & OverlapOptions = {},
): number | LabelScores {
  return overlapMetric('jaccard', prediction, reference, options, (overlap, _, empty = 1) =>
    jaccardOf(overlap, empty),
  );
}

export function jaccardOf({ prediction, reference, both }: Overlap, empty: number): number {
  return ratio('jaccard', both, prediction + reference - both, empty, '');
}
