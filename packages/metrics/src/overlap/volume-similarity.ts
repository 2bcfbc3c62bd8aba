import type { LabelScores } from '../labels.js';
import { type Numbers, ratio } from '../numbers.js';
import { type LabelOptions, type OverlapOptions, overlapMetric } from './overlap-metric.js';

/**
 * Volume similarity, 1 − ||P| − |R|| / (|P| + |R|): how alike two masks are in size, wherever they lie. From 0, where one
 * is empty, to 1; symmetric. Two empty masks agree: `empty`, 1 by default. With `labels`, of every label of two label maps.
 *
 * @throws RangeError for label maps without `labels` or `threshold`, empty arrays, arrays of unequal length, and values that
 * are not finite
 * @see Taha & Hanbury, *Metrics for evaluating 3D medical image segmentation*, 2015
 */
export function volumeSimilarity(prediction: Numbers, reference: Numbers, options?: OverlapOptions): number;
export function volumeSimilarity(prediction: Numbers, reference: Numbers, options: LabelOptions): LabelScores;
export function volumeSimilarity(
  prediction: Numbers,
  reference: Numbers,
  options: Partial<LabelOptions> & OverlapOptions = {},
): number | LabelScores {
  const caller = 'volumeSimilarity';
  return overlapMetric(
    caller,
    prediction,
    reference,
    options,
    ({ prediction: p, reference: r }, _, empty = 1) => ratio(caller, 2 * Math.min(p, r), p + r, empty, ''),
  );
}

/**
 * Relative volume difference, (|P| − |R|) / |R|: above 0 where the prediction is too large, −1 where it is empty.
 * With `labels`, of every label of two label maps.
 *
 * @throws RangeError where the reference is empty and no `empty` is given; for label maps without `labels` or `threshold`,
 * empty arrays, arrays of unequal length, and values that are not finite
 * @see Heimann et al., *Comparison and evaluation of methods for liver segmentation from CT datasets*, 2009
 */
export function relativeVolumeDifference(
  prediction: Numbers,
  reference: Numbers,
  options?: OverlapOptions,
): number;
export function relativeVolumeDifference(
  prediction: Numbers,
  reference: Numbers,
  options: LabelOptions,
): LabelScores;
export function relativeVolumeDifference(
  prediction: Numbers,
  reference: Numbers,
  options: Partial<LabelOptions> & OverlapOptions = {},
): number | LabelScores {
  const caller = 'relativeVolumeDifference';
  return overlapMetric(
    caller,
    prediction,
    reference,
    options,
    ({ prediction: p, reference: r }, _, empty, whose) =>
      ratio(caller, p - r, r, empty, `reference is an empty mask${whose}`),
  );
}
