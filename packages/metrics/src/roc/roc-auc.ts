import type { Numbers } from '../numbers.js';
import { itself, mean } from '../statistics/sum.js';
import { placements, type Ranking, rank } from './ranking.js';

/**
 * Area under the ROC curve: the probability that a positive case scores above a negative one, ties counted
 * half (the Mann–Whitney statistic over the number of pairs). Labels are 0 or 1, scores any finite numbers;
 * exact, in O(n log n).
 *
 * @throws RangeError where a class is missing, which it names; for labels other than 0 and 1, scores that
 * are not finite, empty arrays and arrays of unequal length
 * @see Bamber, *The area above the ordinal dominance graph and the area below the receiver operating
 * characteristic graph*, 1975
 */
export function rocAuc(labels: Numbers, scores: Numbers): number {
  return aucOf(rank('rocAuc', labels, scores));
}

export function aucOf({ positives, negatives }: Ranking): number {
  return mean(placements(positives, negatives), itself) / negatives.length;
}
