import { checkEither, checkLabels, type LabelScores, labelCounts } from '../labels.js';
import { type Numbers, ratio } from '../numbers.js';
import { overlapCount } from './overlap-count.js';
import type { Overlap } from './overlap-counts.js';
import { type LabelOptions, type OverlapOptions, overlapMetric } from './overlap-metric.js';

/** How many values fall into each cell of the two-by-two table. */
export interface Confusion {
  truePositives: number;
  falsePositives: number;
  falseNegatives: number;
  trueNegatives: number;
}

/**
 * The two-by-two table of a prediction against a reference, both binarised with `> threshold`
 * (0.5 by default). The four counts add up to the number of values. With `labels`, the table of every label against all
 * other values of two label maps, in the order of the labels.
 *
 * @throws RangeError for label maps without `labels` or `threshold`, empty arrays, arrays of unequal length, and values that
 * are not finite
 */
export function confusion(
  prediction: Numbers,
  reference: Numbers,
  options?: { threshold?: number },
): Confusion;
export function confusion(
  prediction: Numbers,
  reference: Numbers,
  options: { labels: readonly number[] },
): Confusion[];
export function confusion(
  prediction: Numbers,
  reference: Numbers,
  options: { threshold?: number; labels?: readonly number[] } = {},
): Confusion | Confusion[] {
  const caller = 'confusion';
  checkEither(caller, options, ['threshold', 'labels']);
  const table = (overlap: Overlap) => confusionOf(overlap, prediction.length);
  return options.labels === undefined
    ? table(overlapCount(caller, prediction, reference, options.threshold))
    : labelCounts(caller, prediction, reference, checkLabels(caller, options.labels)).map(table);
}

export function confusionOf({ prediction, reference, both }: Overlap, values: number): Confusion {
  return {
    truePositives: both,
    falsePositives: prediction - both,
    falseNegatives: reference - both,
    trueNegatives: values - prediction - reference + both,
  };
}

/**
 * Sensitivity (recall, true positive rate), TP / (TP + FN): the share of the reference that the prediction
 * found. Both are binarised with `> threshold` (0.5 by default). With `labels`, of every label of two label maps.
 *
 * @throws RangeError where the reference is empty and no `empty` is given; for label maps without `labels` or `threshold`,
 * empty arrays, arrays of unequal length, and values that are not finite
 */
export function sensitivity(prediction: Numbers, reference: Numbers, options?: OverlapOptions): number;
export function sensitivity(prediction: Numbers, reference: Numbers, options: LabelOptions): LabelScores;
export function sensitivity(
  prediction: Numbers,
  reference: Numbers,
  options: Partial<LabelOptions> & OverlapOptions = {},
): number | LabelScores {
  const caller = 'sensitivity';
  return overlapMetric(caller, prediction, reference, options, (overlap, _, empty, whose) =>
    ratio(caller, overlap.both, overlap.reference, empty, `reference is an empty mask${whose}`),
  );
}

/**
 * Specificity (true negative rate), TN / (TN + FP): the share of the reference's background that the
 * prediction left alone. Both are binarised with `> threshold` (0.5 by default). With `labels`, of every label of two maps.
 *
 * @throws RangeError where the reference has no background and no `empty` is given; for label maps without `labels` or
 * `threshold`, empty arrays, arrays of unequal length, and values that are not finite
 */
export function specificity(prediction: Numbers, reference: Numbers, options?: OverlapOptions): number;
export function specificity(prediction: Numbers, reference: Numbers, options: LabelOptions): LabelScores;
export function specificity(
  prediction: Numbers,
  reference: Numbers,
  options: Partial<LabelOptions> & OverlapOptions = {},
): number | LabelScores {
  const caller = 'specificity';
  return overlapMetric(caller, prediction, reference, options, (overlap, values, empty, whose) => {
    const { trueNegatives: spared, falsePositives: taken } = confusionOf(overlap, values);
    return ratio(caller, spared, spared + taken, empty, `reference has no background${whose}`);
  });
}

/**
 * Precision (positive predictive value), TP / (TP + FP): the share of the prediction that the reference
 * confirms. Both are binarised with `> threshold` (0.5 by default). With `labels`, of every label of two label maps.
 *
 * @throws RangeError where the prediction is empty and no `empty` is given; for label maps without `labels` or `threshold`,
 * empty arrays, arrays of unequal length, and values that are not finite
 */
export function precision(prediction: Numbers, reference: Numbers, options?: OverlapOptions): number;
export function precision(prediction: Numbers, reference: Numbers, options: LabelOptions): LabelScores;
export function precision(
  prediction: Numbers,
  reference: Numbers,
  options: Partial<LabelOptions> & OverlapOptions = {},
): number | LabelScores {
  const caller = 'precision';
  return overlapMetric(caller, prediction, reference, options, (overlap, _, empty, whose) =>
    ratio(caller, overlap.both, overlap.prediction, empty, `prediction is an empty mask${whose}`),
  );
}
