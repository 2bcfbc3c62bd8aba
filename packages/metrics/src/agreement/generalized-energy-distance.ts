import type { Numbers } from '../checks.js';
import { binarise } from '../geometry.js';
import { jaccardOf } from '../overlap/jaccard.js';
import { overlapCounts } from '../overlap/overlap-counts.js';
import { stack } from '../stack.js';

/**
 * Squared generalized energy distance between a set of predicted masks S and a set of reference masks Y,
 * D² = 2·E[d(S, Y)] − E[d(S, S′)] − E[d(Y, Y′)] with d = 1 − Jaccard index, each expectation the mean over
 * all pairs, a mask with itself included. 0 for equal sets, at most 2. Masks are binarised with
 * `> threshold` (0.5 by default); two empty masks are at distance 0.
 *
 * @throws RangeError for no masks, empty masks, masks of unequal length, and values that are not finite
 * @see Kohl et al., *A probabilistic U-Net for segmentation of ambiguous images*, 2018, section 4
 */
export function generalizedEnergyDistance(
  predictions: readonly Numbers[],
  references: readonly Numbers[],
  { threshold = 0.5 }: { threshold?: number } = {},
): number {
  const caller = 'generalizedEnergyDistance';
  const read = (_: string, name: string, mask: Numbers) => binarise(caller, name, mask, threshold);
  const predicted = stack(caller, 'predictions', predictions, 1, read);
  const actual = stack(caller, 'references', references, 1, read);
  const distance = (as: Uint8Array[], bs: Uint8Array[]) => {
    let sum = 0;
    for (const a of as) for (const b of bs) sum += 1 - jaccardOf(overlapCounts(caller, a, b, [0.5])[0]!, 1);
    return sum / (as.length * bs.length);
  };
  return 2 * distance(predicted, actual) - distance(predicted, predicted) - distance(actual, actual);
}
