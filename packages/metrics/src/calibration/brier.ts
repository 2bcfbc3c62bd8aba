import { checkValues } from '@diff/checks';
import { checkPair, type Numbers, numbers } from '../numbers.js';
import { labelValues } from '../roc/ranking.js';
import { mean } from '../statistics/sum.js';

/**
 * Brier score, the mean of (probability − label)²: 0 for certain and right, 1 for certain and wrong, 0.25 for
 * always one half. Labels are 0 or 1, probabilities in [0, 1].
 *
 * @throws RangeError for labels other than 0 and 1, probabilities outside [0, 1], empty arrays and arrays of
 * unequal length
 * @see Brier, *Verification of forecasts expressed in terms of probability*, 1950
 */
export function brier(labels: Numbers, probabilities: Numbers): number {
  const [classes, values] = forecasts('brier', labels, probabilities);
  return mean(values, (value, i) => (value - classes[i]!) ** 2);
}

export function forecasts(
  caller: string,
  labels: Numbers,
  probabilities: Numbers,
): [Float64Array, Float64Array] {
  checkPair(caller, 'labels', labels, 'probabilities', probabilities);
  const values = numbers(caller, 'probabilities', probabilities);
  checkValues(caller, 'probabilities', values, 0, 1);
  return [labelValues(caller, labels), values];
}
