import { checkNumber, checkOptions } from '@diff/checks';
import type { Numbers } from '../numbers.js';
import { curveOf } from './roc-curve.js';

/** What `partialAuc` gives. */
export interface PartialAuc {
  /** Area under the curve from a false positive rate of 0 to the highest one; at most that rate. */
  area: number;
  /** The area on a scale where 0.5 is chance and 1 perfect (McClish). */
  standardized: number;
}

/**
 * Partial area under the ROC curve, up to a false positive rate of `maximum`: where only few false alarms can be borne.
 * The curve is straight between its points. McClish's scale is ½·(1 + (A − m²/2) / (m − m²/2)) for the area A up to m.
 * Labels are 0 or 1, scores finite.
 *
 * @throws RangeError where a class is missing, which it names; for a `maximum` outside (0, 1], labels other than 0 and 1,
 * scores that are not finite, empty arrays and arrays of unequal length
 * @see McClish, *Analyzing a portion of the ROC curve*, 1989
 */
export function partialAuc(labels: Numbers, scores: Numbers, options: { maximum: number }): PartialAuc {
  const caller = 'partialAuc';
  checkOptions(caller, options, ['maximum']);
  const maximum = options?.maximum;
  checkNumber(caller, 'maximum', maximum, Number.MIN_VALUE, 1);
  const { falsePositiveRate: x, truePositiveRate: y } = curveOf(caller, labels, scores);
  let area = 0;
  for (let i = 1; i < x.length && x[i - 1]! < maximum; i++) {
    const end = Math.min(x[i]!, maximum);
    const width = end - x[i - 1]!;
    const height =
      x[i]! > x[i - 1]! ? y[i - 1]! + ((y[i]! - y[i - 1]!) * width) / (x[i]! - x[i - 1]!) : y[i]!;
    area += (width * (y[i - 1]! + height)) / 2;
  }
  const chance = maximum ** 2 / 2;
  return { area, standardized: (1 + (area - chance) / (maximum - chance)) / 2 };
}
