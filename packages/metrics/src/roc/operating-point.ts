import { checkNumber, checkOptions } from '@diff/checks';
import type { Numbers } from '../numbers.js';
import { descend, rank } from './ranking.js';

/** A threshold, and the rates at it. */
export interface OperatingPoint {
  /** A case counts as positive where its score is `>=` this; `Infinity` where none does. */
  threshold: number;
  sensitivity: number;
  specificity: number;
}

/**
 * The threshold of greatest Youden index J = sensitivity + specificity − 1, the highest of them if several
 * are as good; J is 0 and the threshold `Infinity` where no threshold is better than chance.
 *
 * @throws RangeError where a class is missing, which it names; for labels other than 0 and 1, scores that
 * are not finite, empty arrays and arrays of unequal length
 * @see Youden, *Index for rating diagnostic tests*, 1950
 */
export function youden(labels: Numbers, scores: Numbers): OperatingPoint & { index: number } {
  const point = best(
    'youden',
    labels,
    scores,
    (tp, fp, positives, negatives) => tp * negatives - fp * positives,
  );
  return { ...point, index: point.sensitivity + point.specificity - 1 };
}

/**
 * The operating point that has at least the wanted sensitivity at the highest specificity, or at least the
 * wanted specificity at the highest sensitivity. Give one of the two, from 0 to 1.
 *
 * @throws TypeError unless exactly one of them is given; RangeError where a class is missing, which it
 * names; for labels other than 0 and 1, scores that are not finite, empty arrays and arrays of unequal length
 */
export function operatingPoint(
  labels: Numbers,
  scores: Numbers,
  wanted: { sensitivity: number; specificity?: undefined } | { specificity: number; sensitivity?: undefined },
): OperatingPoint {
  const caller = 'operatingPoint';
  checkOptions(caller, wanted, ['sensitivity', 'specificity']);
  const { sensitivity, specificity } = wanted ?? {};
  if ((sensitivity === undefined) === (specificity === undefined)) {
    throw new TypeError(
      `${caller}: sensitivity and specificity are ${sensitivity === undefined ? 'not' : 'both'} given, expected one of them`,
    );
  }
  checkNumber(
    caller,
    sensitivity === undefined ? 'specificity' : 'sensitivity',
    sensitivity ?? specificity!,
    0,
    1,
  );
  return best(caller, labels, scores, (tp, fp, positives, negatives) => {
    const tn = negatives - fp;
    if (specificity === undefined) return tp / positives >= sensitivity! ? tn * (positives + 1) + tp : -1;
    return tn / negatives >= specificity ? tp * (negatives + 1) + tn : -1;
  });
}

/** The point where `worth` is greatest, the first of them from the highest threshold down. */
function best(
  caller: string,
  labels: Numbers,
  scores: Numbers,
  worth: (tp: number, fp: number, positives: number, negatives: number) => number,
): OperatingPoint {
  const ranking = rank(caller, labels, scores);
  const positives = ranking.positives.length;
  const negatives = ranking.negatives.length;
  let most = worth(0, 0, positives, negatives);
  let point = { threshold: Infinity, sensitivity: 0, specificity: 1 };
  descend(ranking, (threshold, tp, fp) => {
    const value = worth(tp, fp, positives, negatives);
    if (value <= most) return;
    most = value;
    point = { threshold, sensitivity: tp / positives, specificity: (negatives - fp) / negatives };
  });
  return point;
}
