import { checkInteger, checkOptions } from '@diff/checks';
import type { Numbers } from '../numbers.js';
import { sum } from '../statistics/sum.js';
import { forecasts } from './brier.js';

/**
 * Expected calibration error Σₖ |Bₖ|/n · |mean probability − share of positives| over `bins` (10 by default)
 * bins Bₖ of equal width: bin k holds the probabilities in [k/bins, (k + 1)/bins), the last one 1 too.
 * From 0 (calibrated) to 1. Labels are 0 or 1, probabilities of label 1 in [0, 1].
 *
 * @throws RangeError for labels other than 0 and 1, probabilities outside [0, 1], empty arrays and arrays of
 * unequal length
 * @see Naeini, Cooper & Hauskrecht, *Obtaining well calibrated probabilities using Bayesian binning*, 2015
 */
export function expectedCalibrationError(
  labels: Numbers,
  probabilities: Numbers,
  options: { bins?: number } = {},
): number {
  const caller = 'expectedCalibrationError';
  checkOptions(caller, options, ['bins']);
  const { bins = 10 } = options;
  checkInteger(caller, 'bins', bins, 1, 2 ** 24);
  const [classes, values] = forecasts(caller, labels, probabilities);
  const gaps = new Float64Array(bins);
  values.forEach((value, i) => {
    gaps[Math.min(bins - 1, Math.floor(value * bins))]! += value - classes[i]!;
  });
  return sum(gaps, Math.abs) / values.length;
}
