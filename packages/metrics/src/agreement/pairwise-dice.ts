import { checkOptions } from '@diff/checks';
import { binarise } from '../geometry.js';
import { checkReturned, type Numbers } from '../numbers.js';
import { diceOf } from '../overlap/dice.js';
import { overlapOf } from '../overlap/overlap-count.js';
import type { OverlapOptions } from '../overlap/overlap-metric.js';
import { stack } from '../stack.js';

/**
 * The Dice coefficient of every two raters' masks, binarised with `> threshold` (0.5 by default): a
 * symmetric matrix with a row per rater, in their order. Two empty masks agree: `empty`, 1 by default.
 *
 * @throws RangeError for no masks, empty masks, masks of unequal length, and values that are not finite
 */
export function pairwiseDice(masks: readonly Numbers[], options: OverlapOptions = {}): number[][] {
  checkOptions('pairwiseDice', options, ['threshold', 'empty']);
  const { threshold, empty = 1 } = options;
  checkReturned('pairwiseDice', 'empty', empty);
  const binary = stack('pairwiseDice', 'masks', masks, 1, (caller, name, mask) =>
    binarise(caller, name, mask, threshold),
  );
  const matrix: number[][] = binary.map(() => []);
  binary.forEach((a, i) => {
    for (let j = i; j < binary.length; j++) {
      matrix[i]![j] = matrix[j]![i] = diceOf(overlapOf(a, binary[j]!), empty);
    }
  });
  return matrix;
}
