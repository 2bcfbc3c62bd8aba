import { checkNumbers, checkValues, fail } from '@diff/checks';
import { checkPair, type Numbers, numbers } from '../numbers.js';
import { itself, sum } from '../statistics/sum.js';
import { checkClasses, labelValues } from './ranking.js';

/**
 * Area under the ROC curve of cases that count with weights, such as one over the chance to be in the sample: the share of
 * Σ w⁺·w⁻ over the pairs of a positive and a negative case in which the positive scores higher, ties half. With equal
 * weights it is `rocAuc`. Labels are 0 or 1, scores any finite numbers, weights 0 or more; exact, in O(n log n).
 *
 * @throws RangeError where a class is missing or has no weight; for labels other than 0 and 1, scores that are not finite,
 * negative weights, empty arrays and arrays of unequal length
 * @see Hanley & McNeil, *The meaning and use of the area under a receiver operating characteristic (ROC) curve*, 1982, whose
 * share of pairs it weighs; scikit-learn's `roc_auc_score` with `sample_weight`
 */
export function weightedAuc(labels: Numbers, scores: Numbers, weights: Numbers): number {
  const caller = 'weightedAuc';
  checkPair(caller, 'labels', labels, 'scores', scores);
  const values = numbers(caller, 'scores', scores);
  const classes = labelValues(caller, labels);
  const positives = sum(classes, itself);
  checkClasses(caller, positives, classes.length - positives);
  checkNumbers(caller, 'weights', weights, { length: labels.length });
  const mass = numbers(caller, 'weights', weights);
  checkValues(caller, 'weights', mass, 0, 1e100);
  const order = Uint32Array.from(values, (_, i) => i).sort((a, b) => values[a]! - values[b]!);
  // in units of the largest of each class, so that products of small weights do not vanish
  const most = [0, 0];
  mass.forEach((weight, i) => {
    most[classes[i]!] = Math.max(most[classes[i]!]!, weight);
  });
  let below = 0;
  let above = 0;
  let wins = 0;
  for (let i = 0; i < order.length; ) {
    let ofPositives = 0;
    let ofNegatives = 0;
    for (const score = values[order[i]!]!; i < order.length && values[order[i]!] === score; i++) {
      if (classes[order[i]!]) ofPositives += mass[order[i]!]! / most[1]!;
      else ofNegatives += mass[order[i]!]! / most[0]!;
    }
    wins += ofPositives * (below + ofNegatives / 2);
    below += ofNegatives;
    above += ofPositives;
  }
  if (!(below && above))
    fail(caller, `weights of the ${below ? 'positive' : 'negative'} cases are all 0, expected some above`);
  return wins / (below * above);
}
