import { checkFinite, type Numbers, ratio } from '../checks.js';
import type { OverlapOptions } from './dice.js';
import { type Overlap, overlapCounts } from './overlap-counts.js';

/** How many values fall into each cell of the two-by-two table. */
export interface Confusion {
  truePositives: number;
  falsePositives: number;
  falseNegatives: number;
  trueNegatives: number;
}

/**
 * The two-by-two table of a prediction against a reference, both binarised with `> threshold`
 * (0.5 by default). The four counts add up to the number of values.
 *
 * @throws RangeError for empty arrays, arrays of unequal length, and values that are not finite
 */
export function confusion(
  prediction: Numbers,
  reference: Numbers,
  { threshold = 0.5 }: Pick<OverlapOptions, 'threshold'> = {},
): Confusion {
  return tabulate('confusion', prediction, reference, threshold);
}

function tabulate(caller: string, prediction: Numbers, reference: Numbers, threshold = 0.5): Confusion {
  checkFinite(caller, 'threshold', threshold);
  return confusionOf(overlapCounts(caller, prediction, reference, [threshold])[0]!, prediction.length);
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
 * found. Both are binarised with `> threshold` (0.5 by default).
 *
 * @throws RangeError where the reference is empty and no `empty` is given; for empty arrays, arrays of
 * unequal length, and values that are not finite
 */
export function sensitivity(prediction: Numbers, reference: Numbers, options: OverlapOptions = {}): number {
  const { truePositives: found, falseNegatives: missed } = tabulate(
    'sensitivity',
    prediction,
    reference,
    options.threshold,
  );
  return ratio('sensitivity', found, found + missed, options.empty, 'reference is an empty mask');
}

/**
 * Specificity (true negative rate), TN / (TN + FP): the share of the reference's background that the
 * prediction left alone. Both are binarised with `> threshold` (0.5 by default).
 *
 * @throws RangeError where the reference has no background and no `empty` is given; for empty arrays,
 * arrays of unequal length, and values that are not finite
 */
export function specificity(prediction: Numbers, reference: Numbers, options: OverlapOptions = {}): number {
  const { trueNegatives: spared, falsePositives: taken } = tabulate(
    'specificity',
    prediction,
    reference,
    options.threshold,
  );
  return ratio('specificity', spared, spared + taken, options.empty, 'reference has no background');
}

/**
 * Precision (positive predictive value), TP / (TP + FP): the share of the prediction that the reference
 * confirms. Both are binarised with `> threshold` (0.5 by default).
 *
 * @throws RangeError where the prediction is empty and no `empty` is given; for empty arrays, arrays of
 * unequal length, and values that are not finite
 */
export function precision(prediction: Numbers, reference: Numbers, options: OverlapOptions = {}): number {
  const { truePositives: right, falsePositives: wrong } = tabulate(
    'precision',
    prediction,
    reference,
    options.threshold,
  );
  return ratio('precision', right, right + wrong, options.empty, 'prediction is an empty mask');
}
