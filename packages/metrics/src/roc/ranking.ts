import { check, fail } from '@diff/checks';
import { checkPair, type Numbers, numbers, read } from '../numbers.js';

/** The scores of either class, ascending. */
export interface Ranking {
  positives: Float64Array;
  negatives: Float64Array;
}

/** Scores by class, in the order of the cases. */
export function byClass(caller: string, labels: Numbers, scores: Numbers, name = 'scores'): Ranking {
  checkPair(caller, 'labels', labels, name, scores);
  const values = numbers(caller, name, scores);
  const classes = labelValues(caller, labels);
  const positives = new Float64Array(classes.length);
  const negatives = new Float64Array(classes.length);
  let above = 0;
  for (let i = 0; i < classes.length; i++) {
    positives[above] = negatives[i - above] = values[i]!;
    above += classes[i]!;
  }
  return {
    positives: positives.subarray(0, above),
    negatives: negatives.subarray(0, classes.length - above),
  };
}

/** Labels as doubles, each of them 0 or 1. */
export function labelValues(caller: string, labels: Numbers): Float64Array {
  const classes = read(labels, 0, new Float64Array(labels.length));
  for (let i = 0; i < classes.length; i++) {
    const label = classes[i]!;
    if (label * (1 - label) !== 0) check(false, caller, `labels[${i}]`, labels[i], '0 or 1');
  }
  return classes;
}

/** Sorted scores of either class, both of which are there. */
export function rank(caller: string, labels: Numbers, scores: Numbers, name?: string): Ranking {
  return sortRanking(caller, byClass(caller, labels, scores, name));
}

/** Sorts in place. */
export function sortRanking(caller: string, ranking: Ranking): Ranking {
  const { positives, negatives } = ranking;
  checkClasses(caller, positives.length, negatives.length);
  positives.sort();
  negatives.sort();
  return ranking;
}

export function checkClasses(caller: string, positives: number, negatives: number): void {
  if (!positives) fail(caller, 'labels hold no positive case (1)');
  if (!negatives) fail(caller, 'labels hold no negative case (0)');
}

/**
 * Calls `visit` at every distinct score from the highest down, with how many positives and negatives
 * score at least as high.
 */
export function descend(
  { positives, negatives }: Ranking,
  visit: (threshold: number, truePositives: number, falsePositives: number) => void,
): void {
  let i = positives.length - 1;
  let j = negatives.length - 1;
  while (i >= 0 || j >= 0) {
    const threshold = i < 0 || negatives[j]! > positives[i]! ? negatives[j]! : positives[i]!;
    while (positives[i] === threshold) i--;
    while (negatives[j] === threshold) j--;
    visit(threshold, positives.length - 1 - i, negatives.length - 1 - j);
  }
}

/** For each of `sorted`, how many of `others`, sorted too, are below it, ties counted half. */
export function placements(sorted: Float64Array, others: Float64Array): Float64Array {
  let below = 0;
  let upTo = 0;
  const { length } = others;
  return sorted.map((value) => {
    while (below < length && others[below]! < value) below++;
    if (upTo < below) upTo = below;
    while (upTo < length && others[upTo]! <= value) upTo++;
    return (below + upTo) / 2;
  });
}
