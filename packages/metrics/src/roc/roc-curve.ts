import type { Numbers } from '../numbers.js';
import { descend, rank } from './ranking.js';

/** Points of the ROC curve, one per distinct score from the highest down, after the point (0, 0). */
export interface RocCurve {
  /** Share of the negatives that score at least the threshold; ascending from 0 to 1. */
  falsePositiveRate: Float64Array;
  /** Share of the positives that score at least the threshold; ascending from 0 to 1. */
  truePositiveRate: Float64Array;
  /** A case counts as positive where its score is `>=` this; the first is `Infinity`. */
  thresholds: Float64Array;
}

/**
 * The ROC curve: at every distinct score, the rates of true and false positives where a case counts as
 * positive with a score `>=` it. Its area (trapezoids) is `rocAuc`. Labels are 0 or 1, scores finite.
 *
 * @throws RangeError where a class is missing, which it names; for labels other than 0 and 1, scores that
 * are not finite, empty arrays and arrays of unequal length
 */
export function rocCurve(labels: Numbers, scores: Numbers): RocCurve {
  return curveOf('rocCurve', labels, scores);
}

export function curveOf(caller: string, labels: Numbers, scores: Numbers): RocCurve {
  const ranking = rank(caller, labels, scores);
  const falsePositiveRate = new Float64Array(labels.length + 1);
  const truePositiveRate = new Float64Array(labels.length + 1);
  const thresholds = new Float64Array(labels.length + 1).fill(Infinity);
  let points = 1;
  descend(ranking, (threshold, truePositives, falsePositives) => {
    thresholds[points] = threshold;
    truePositiveRate[points] = truePositives / ranking.positives.length;
    falsePositiveRate[points++] = falsePositives / ranking.negatives.length;
  });
  return {
    falsePositiveRate: falsePositiveRate.slice(0, points),
    truePositiveRate: truePositiveRate.slice(0, points),
    thresholds: thresholds.slice(0, points),
  };
}
