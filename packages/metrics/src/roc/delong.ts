import { checkNumber, checkOptions } from '@diff/checks';
import type { Numbers } from '../numbers.js';
import { meanVariance } from '../statistics/mean-variance.js';
import { upperQuantile, upperTail } from '../statistics/normal.js';
import { byClass, placements, rank, sortRanking } from './ranking.js';

/** An area under the ROC curve with its precision. */
export interface DelongResult {
  auc: number;
  /** Variance of the AUC. */
  variance: number;
  /** Normal interval of the AUC at `level`, cut to [0, 1]. */
  interval: [number, number];
}

/** How two areas under the ROC curve differ. */
export interface DelongTestResult {
  /** AUC of `a` − AUC of `b`. */
  difference: number;
  /** Variance of the difference. */
  variance: number;
  /** difference / √variance; 0 where both are 0, and infinite where only the variance is. */
  z: number;
  /** Two-sided p-value of no difference. */
  p: number;
  /** Normal interval of the difference at `level`, cut to [−1, 1]. */
  interval: [number, number];
}

export interface DelongOptions {
  /** Confidence level of the interval, between 0 and 1; 0.95 by default. */
  level?: number;
}

/**
 * The area under the ROC curve with DeLong's variance and interval: the area is the mean of the cases'
 * placements among the other class (mid-ranks, so that ties count half), and its variance the sum over
 * both classes of the placements' variance divided by the class's size. O(n log n).
 *
 * @throws RangeError where a class has fewer than two cases; for labels other than 0 and 1, scores that are
 * not finite, empty arrays, arrays of unequal length and a level outside (0, 1)
 * @see DeLong, DeLong & Clarke-Pearson, *Comparing the areas under two or more correlated receiver
 * operating characteristic curves*, 1988; Sun & Xu, *Fast implementation of DeLong's algorithm*, 2014
 */
export function delong(labels: Numbers, scores: Numbers, options: DelongOptions = {}): DelongResult {
  const level = levelOf('delong', options);
  const { positives, negatives } = rank('delong', labels, scores);
  const { centre: auc, variance } = estimate(
    'delong',
    placements(positives, negatives),
    placements(negatives, positives),
  );
  return { auc, variance, interval: interval(auc, variance, level, 0) };
}

/**
 * DeLong's test of whether two scores of the same cases have the same area under the ROC curve. The
 * scores are paired: their correlation is taken into account. O(n log n).
 *
 * @throws RangeError where a class has fewer than two cases; for labels other than 0 and 1, scores that are
 * not finite, empty arrays, arrays of unequal length and a level outside (0, 1)
 * @see `delong`
 */
export function delongTest(
  labels: Numbers,
  a: Numbers,
  b: Numbers,
  options: DelongOptions = {},
): DelongTestResult {
  const level = levelOf('delongTest', options);
  const [winsA, lossesA] = components(labels, a, 'a');
  const [winsB, lossesB] = components(labels, b, 'b');
  const { centre: difference, variance } = estimate(
    'delongTest',
    winsA.map((win, i) => win - winsB[i]!),
    lossesA.map((loss, j) => loss - lossesB[j]!),
  );
  const z = difference && difference / Math.sqrt(variance);
  return {
    difference,
    variance,
    z,
    p: 2 * upperTail(Math.abs(z)),
    interval: interval(difference, variance, level, -1),
  };
}

/** Placements in the order of the cases: a binary search finds each among those of the sorted scores. */
function components(labels: Numbers, scores: Numbers, name: string): [Float64Array, Float64Array] {
  const { positives, negatives } = byClass('delongTest', labels, scores, name);
  const sorted = sortRanking('delongTest', { positives: positives.slice(), negatives: negatives.slice() });
  const inOrder = (values: Float64Array, own: Float64Array, others: Float64Array) => {
    const placed = placements(own, others);
    return values.map((value) => placed[firstOf(own, value)]!);
  };
  return [
    inOrder(positives, sorted.positives, sorted.negatives),
    inOrder(negatives, sorted.negatives, sorted.positives),
  ];
}

function firstOf(sorted: Float64Array, value: number): number {
  let low = 0;
  let high = sorted.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** From wins over the other class, counted for each positive case, and losses for each negative one. */
function estimate(caller: string, wins: Float64Array, losses: Float64Array) {
  const [won, ofWins] = meanVariance(caller, wins, 'labels hold one positive case');
  const [, ofLosses] = meanVariance(caller, losses, 'labels hold one negative case');
  return {
    centre: won / losses.length,
    variance: ofWins / losses.length ** 2 + ofLosses / wins.length ** 2,
  };
}

function levelOf(caller: string, options: DelongOptions): number {
  checkOptions(caller, options, ['level']);
  const { level = 0.95 } = options;
  checkNumber(caller, 'level', level, 0, 1, { open: true });
  return level;
}

function interval(centre: number, variance: number, level: number, low: number): [number, number] {
  const margin = upperQuantile((1 - level) / 2) * Math.sqrt(variance);
  return [Math.max(low, centre - margin), Math.min(1, centre + margin)];
}
