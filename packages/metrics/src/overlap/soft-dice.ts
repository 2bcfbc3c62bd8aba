import { checkList, checkNumber, checkOptions, checkValues } from '@diff/checks';
import { checkPair, checkReturned, type Numbers, numbers, ratio } from '../numbers.js';
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
 * Thresholded soft Dice D of two soft masks, the measure that papers on several raters report (Wu et al., *Calibrate the
 * inter-observer segmentation uncertainty via diagnosis-first principle*, arXiv 2208.03016): both are binarised with `>` at
 * every threshold, and D is the mean of the Dice coefficients. From 0 to 1, symmetric. It is not the soft Dice of losses,
 * 2Σpr / (Σp + Σr), which is `probabilisticDice`: `softDice([0.5, 0.5], [1, 1])` is 0.4, where `probabilisticDice` is 0.667.
 *
 * @throws RangeError for label maps without `thresholds`, empty arrays, arrays of unequal length, and values that are not
 * finite
 */
export function softDice(prediction: Numbers, reference: Numbers, options: SoftDiceOptions = {}): number {
  return mean(diceProfile('softDice', prediction, reference, options), itself);
}

/**
 * The Dice coefficients whose mean is `softDice`, one for each of the `thresholds` and in their order.
 *
 * @throws RangeError for label maps without `thresholds`, empty arrays, arrays of unequal length, and values that are not
 * finite
 */
export function softDiceProfile(
  prediction: Numbers,
  reference: Numbers,
  options: SoftDiceOptions = {},
): number[] {
  return diceProfile('softDiceProfile', prediction, reference, options);
}

/**
 * The usual soft Dice of two soft masks, 2·Σ p·r / (Σ p + Σ r), as in Dice losses; `dice` where both are binary. From 0 to 1,
 * symmetric, but below 1 for equal masks that are not binary. It is not the thresholded measure of papers on several
 * raters, which is `softDice`: `probabilisticDice([0.5, 0.5], [1, 1])` is 0.667, where `softDice` is 0.4. Two masks that are 0
 * everywhere: `empty`, 1 by default.
 *
 * @throws RangeError for values outside [0, 1], empty arrays and arrays of unequal length
 * @see Milletari, Navab & Ahmadi, *V-Net*, 2016, which squares the values of the denominator
 */
export function probabilisticDice(
  prediction: Numbers,
  reference: Numbers,
  options: { empty?: number } = {},
): number {
  const caller = 'probabilisticDice';
  checkOptions(caller, options, ['empty']);
  const { empty = 1 } = options;
  checkReturned(caller, 'empty', empty);
  checkPair(caller, 'prediction', prediction, 'reference', reference);
  const p = numbers(caller, 'prediction', prediction);
  const r = numbers(caller, 'reference', reference);
  checkValues(caller, 'prediction', p, 0, 1);
  checkValues(caller, 'reference', r, 0, 1);
  let both = 0;
  let total = 0;
  for (let i = 0; i < p.length; i++) {
    both += p[i]! * r[i]!;
    total += p[i]! + r[i]!;
  }
  return ratio(caller, 2 * both, total, empty, '');
}

export function checkThresholds(caller: string, thresholds: readonly number[]): void {
  checkList(caller, 'thresholds', thresholds, 'an array of numbers', (name, threshold) =>
    checkNumber(caller, name, threshold),
  );
}

function diceProfile(
  caller: string,
  prediction: Numbers,
  reference: Numbers,
  options: SoftDiceOptions,
): number[] {
  checkOptions(caller, options, ['thresholds', 'empty']);
  const { thresholds, empty = 1 } = options;
  checkReturned(caller, 'empty', empty);
  if (thresholds !== undefined) checkThresholds(caller, thresholds);
  return overlapCounts(caller, prediction, reference, thresholds, FIVE, '`thresholds`').map((overlap) =>
    diceOf(overlap, empty),
  );
}

const FIVE = [0.1, 0.3, 0.5, 0.7, 0.9];
