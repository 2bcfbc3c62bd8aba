import { checkFinite, fail, type Numbers } from '../checks.js';
import { itself, mean } from '../statistics/sum.js';
import { diceOf } from './dice.js';
import { overlapCounts } from './overlap-counts.js';

export interface SoftDiceOptions {
  /** Both masks are binarised with `>` at each of them; 0.1, 0.3, 0.5, 0.7 and 0.9 by default. */
  thresholds?: readonly number[];
  /** The Dice coefficient at a threshold that leaves both masks empty; 1 by default. */
  empty?: number;
}

/**
 * Soft Dice D of two soft masks (Wu et al., *Calibrate the inter-observer segmentation uncertainty via
 * diagnosis-first principle*, arXiv 2208.03016): both are binarised with `>` at every threshold, and D
 * is the mean of the Dice coefficients. From 0 to 1, symmetric.
 *
 * @throws RangeError for empty arrays, arrays of unequal length, and values that are not finite
 */
export function softDice(prediction: Numbers, reference: Numbers, options: SoftDiceOptions = {}): number {
  return mean(diceProfile('softDice', prediction, reference, options), itself);
}

/**
 * The Dice coefficients whose mean is `softDice`, one for each of the `thresholds` and in their order.
 *
 * @throws RangeError for empty arrays, arrays of unequal length, and values that are not finite
 */
export function softDiceProfile(
  prediction: Numbers,
  reference: Numbers,
  options: SoftDiceOptions = {},
): number[] {
  return diceProfile('softDiceProfile', prediction, reference, options);
}

export function checkThresholds(caller: string, thresholds: readonly number[]): void {
  if (thresholds.length === 0) fail(caller, 'thresholds is empty');
  thresholds.forEach((threshold, k) => {
    checkFinite(caller, `thresholds[${k}]`, threshold);
  });
}

function diceProfile(
  caller: string,
  prediction: Numbers,
  reference: Numbers,
  { thresholds = [0.1, 0.3, 0.5, 0.7, 0.9], empty = 1 }: SoftDiceOptions,
): number[] {
  checkThresholds(caller, thresholds);
  return overlapCounts(caller, prediction, reference, thresholds).map((overlap) => diceOf(overlap, empty));
}
