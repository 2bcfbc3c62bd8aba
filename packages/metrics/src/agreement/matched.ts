import { checkOptions, fail } from '@diff/checks';
import { binarise } from '../geometry.js';
import { checkReturned, type Numbers } from '../numbers.js';
import { diceOf } from '../overlap/dice.js';
import { jaccardOf } from '../overlap/jaccard.js';
import { overlapOf } from '../overlap/overlap-count.js';
import type { Overlap } from '../overlap/overlap-counts.js';
import type { OverlapOptions } from '../overlap/overlap-metric.js';
import { stack } from '../stack.js';
import { assign } from '../statistics/assignment.js';
import { mean } from '../statistics/sum.js';

/** What `diceMax` gives. */
export interface DiceMax {
  /** Mean over the references of the Dice coefficient with their best prediction: is every opinion met? */
  references: number;
  /** Mean over the predictions of the Dice coefficient with their best reference: does every prediction meet one? */
  predictions: number;
  /** Mean of both. */
  mean: number;
}

/**
 * Dice_max of a set of predicted masks and a set of reference masks: each mask with its best partner of the other set, in
 * both directions. Masks are binarised with `> threshold` (0.5 by default); two empty masks: `empty`, 1 by default.
 *
 * @throws RangeError for no masks, label maps without a `threshold`, masks of unequal length, and values that are not finite
 * @see Wu et al., *Diversified and personalized multi-rater medical image segmentation* (D-Persona), CVPR 2024
 */
export function diceMax(
  predictions: readonly Numbers[],
  references: readonly Numbers[],
  options: OverlapOptions = {},
): DiceMax {
  const scores = everyPair('diceMax', predictions, references, options, diceOf);
  const ofReferences = mean(scores, (row) => Math.max(...row));
  const ofPredictions = mean(scores[0]!, (_, j) => Math.max(...scores.map((row) => row[j]!)));
  return { references: ofReferences, predictions: ofPredictions, mean: (ofReferences + ofPredictions) / 2 };
}

/**
 * Dice_match: the mean Dice coefficient of the best one-to-one matching between a set of predicted masks and a set of
 * reference masks (Hungarian). Of sets of unequal size, the masks left over do not count. Masks are binarised with
 * `> threshold` (0.5 by default); two empty masks: `empty`, 1 by default.
 *
 * @throws RangeError for no masks, label maps without a `threshold`, masks of unequal length, and values that are not finite
 * @see Wu et al., *Diversified and personalized multi-rater medical image segmentation* (D-Persona), CVPR 2024
 */
export function diceMatch(
  predictions: readonly Numbers[],
  references: readonly Numbers[],
  options: OverlapOptions = {},
): number {
  return matched(everyPair('diceMatch', predictions, references, options, diceOf));
}

/**
 * Hungarian-matched IoU: the mean Jaccard index of the best one-to-one matching between a set of predicted masks and a set
 * of reference masks, both repeated until they are of one size (their least common multiple), so that every mask counts
 * alike. Masks are binarised with `> threshold` (0.5 by default); two empty masks: `empty`, 1 by default.
 *
 * @throws RangeError for no masks, over 2,000 after repetition, label maps without a `threshold`, masks of unequal length,
 * and values that are not finite
 * @see Kassapis et al., *Calibrated adversarial refinement for stochastic semantic segmentation*, ICCV 2021
 */
export function hungarianIou(
  predictions: readonly Numbers[],
  references: readonly Numbers[],
  options: OverlapOptions = {},
): number {
  const caller = 'hungarianIou';
  const scores = everyPair(caller, predictions, references, options, jaccardOf);
  const [rows, columns] = [scores.length, scores[0]!.length];
  let size = Math.max(rows, columns);
  while (size % rows || size % columns) size += Math.max(rows, columns);
  if (size > 2000) fail(caller, `predictions and references repeat to ${size} masks, expected at most 2000`);
  return matched(
    Array.from({ length: size }, (_, i) =>
      Array.from({ length: size }, (_, j) => scores[i % rows]![j % columns]!),
    ),
  );
}

/** A row per reference, a column per prediction. */
function everyPair(
  caller: string,
  predictions: readonly Numbers[],
  references: readonly Numbers[],
  options: OverlapOptions,
  of: (overlap: Overlap, empty: number) => number,
): number[][] {
  checkOptions(caller, options, ['threshold', 'empty']);
  const { threshold, empty = 1 } = options;
  checkReturned(caller, 'empty', empty);
  if (Number.isNaN(empty)) fail(caller, 'empty is NaN, expected a number');
  const read = (_: string, name: string, mask: Numbers) => binarise(caller, name, mask, threshold);
  const predicted = stack(caller, 'predictions', predictions, 1, read);
  const actual = stack(caller, 'references', references, 1, read);
  if (actual[0]!.length !== predicted[0]!.length)
    fail(caller, `references[0] has ${actual[0]!.length} values, expected ${predicted[0]!.length}`);
  return actual.map((a) => predicted.map((b) => of(overlapOf(a, b), empty)));
}

function matched(scores: number[][]): number {
  const turned = scores.length > scores[0]!.length;
  const rows = turned ? scores[0]!.map((_, j) => scores.map((row) => row[j]!)) : scores;
  const partners = assign(rows.map((row) => row.map((score) => -score)));
  return mean(partners, (j, i) => rows[i]![j]!);
}
