import type { LabelScores } from '../labels.js';
import { type Numbers, ratio } from '../numbers.js';
import type { Overlap } from './overlap-counts.js';
import { type LabelOptions, type OverlapOptions, overlapMetric } from './overlap-metric.js';

/**
 * Dice coefficient, 2·|P ∩ R| / (|P| + |R|), of a prediction P and a reference R binarised with
 * `> threshold` (0.5 by default): 0 where nothing overlaps, 1 where they are equal. Symmetric. One empty mask gives 0;
 * two empty masks agree: `empty`, 1 by default. With `labels`, of every label of two label maps.
 *
 * @throws RangeError for label maps without `labels` or `threshold`, empty arrays, arrays of unequal length, and values that
 * are not finite
 */
export function dice(prediction: Numbers, reference: Numbers, options?: OverlapOptions): number;
export function dice(prediction: Numbers, reference: Numbers, options: LabelOptions): LabelScores;
export function dice(
  prediction: Numbers,
  reference: Numbers,
  options: Partial<LabelOptions> & OverlapOptions = {},
): number | LabelScores {
  return overlapMetric('dice', prediction, reference, options, (overlap, _, empty = 1) =>
    diceOf(overlap, empty),
  );
}

export function diceOf({ prediction, reference, both }: Overlap, empty: number): number {
  return ratio('dice', 2 * both, prediction + reference, empty, '');
}
