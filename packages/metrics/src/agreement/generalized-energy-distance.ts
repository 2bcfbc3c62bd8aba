import { checkNumber, checkOptions, fail } from '@diff/checks';
import { binarise } from '../geometry.js';
import type { Numbers } from '../numbers.js';
import { jaccardOf } from '../overlap/jaccard.js';
import { overlapOf } from '../overlap/overlap-count.js';
import { stack } from '../stack.js';

/**
 * Squared generalized energy distance between a set of predicted masks S and a set of reference masks Y,
 * D² = 2·E[d(S, Y)] − E[d(S, S′)] − E[d(Y, Y′)] with d = 1 − Jaccard index, each expectation the mean over
 * all pairs, a mask with itself included. 0 for equal sets, at most 2. Masks are binarised with
 * `> threshold` (0.5 by default). Two empty masks are at distance `bothEmpty`, 0 by default; the code of D-Persona
 * (Wu et al., CVPR 2024) has 1 there, also between an empty mask and itself.
 *
 * @throws RangeError for no masks, empty masks, masks of unequal length, and values that are not finite
 * @see Kohl et al., *A probabilistic U-Net for segmentation of ambiguous images*, 2018, section 4
 */
export function generalizedEnergyDistance(
  predictions: readonly Numbers[],
  references: readonly Numbers[],
  options: { threshold?: number; bothEmpty?: number } = {},
): number {
  const caller = 'generalizedEnergyDistance';
  checkOptions(caller, options, ['threshold', 'bothEmpty']);
  const { threshold, bothEmpty = 0 } = options;
  checkNumber(caller, 'bothEmpty', bothEmpty, 0, 1);
  const read = (_: string, name: string, mask: Numbers) => binarise(caller, name, mask, threshold);
  const predicted = stack(caller, 'predictions', predictions, 1, read);
  const actual = stack(caller, 'references', references, 1, read);
  if (actual[0]!.length !== predicted[0]!.length)
    fail(caller, `references[0] has ${actual[0]!.length} values, expected ${predicted[0]!.length}`);
  const distance = (as: Uint8Array[], bs: Uint8Array[]) => {
    let sum = 0;
    for (const a of as) for (const b of bs) sum += 1 - jaccardOf(overlapOf(a, b), 1 - bothEmpty);
    return sum / (as.length * bs.length);
  };
  return 2 * distance(predicted, actual) - distance(predicted, predicted) - distance(actual, actual);
}
