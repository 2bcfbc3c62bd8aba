import type { Numbers } from '../numbers.js';
import { descend, rank } from './ranking.js';

/**
 * Average precision, Σ (Rₖ − Rₖ₋₁) · Pₖ over the distinct scores from the highest down, with recall R and
 * precision P where a case counts as positive with a score `>=` it (no interpolation). From the share of
 * positives, about, for random scores to 1 for perfect ones.
 *
 * @throws RangeError where a class is missing, which it names; for labels other than 0 and 1, scores that
 * are not finite, empty arrays and arrays of unequal length
 */
export function averagePrecision(labels: Numbers, scores: Numbers): number {
  const ranking = rank('averagePrecision', labels, scores);
  let before = 0;
  let sum = 0;
  descend(ranking, (_, truePositives, falsePositives) => {
    sum += ((truePositives - before) * truePositives) / (truePositives + falsePositives);
    before = truePositives;
  });
  return sum / ranking.positives.length;
}
