import { average, checkEither, checkLabels, type LabelScores, labelCounts } from '../labels.js';
import { checkReturned, type Numbers } from '../numbers.js';
import { overlapCount } from './overlap-count.js';
import type { Overlap } from './overlap-counts.js';

export interface OverlapOptions {
  /** A value belongs to a mask where it is `> threshold`; 0.5 by default, where label maps are refused. */
  threshold?: number;
  /** What to return where empty masks leave the metric undefined (zero over zero). */
  empty?: number;
}

export interface LabelOptions {
  /** Labels to compare, each against all other values: the maps hold labels, not masks. */
  labels: readonly number[];
  /** The value of a label that empty masks leave undefined; `NaN` leaves the label out of the means. */
  empty?: number;
}

/** What an overlap metric returns: a number of two masks, scores of two label maps. */
export interface OverlapMetric {
  (prediction: Numbers, reference: Numbers, options?: OverlapOptions): number;
  (prediction: Numbers, reference: Numbers, options: LabelOptions): LabelScores;
}

/** Any metric of the counts in the two-by-two table, of two masks or of every label of two maps, which errors name: `whose`. */
export function overlapMetric(
  caller: string,
  prediction: Numbers,
  reference: Numbers,
  options: Partial<LabelOptions> & OverlapOptions,
  of: (overlap: Overlap, values: number, empty: number | undefined, whose: string) => number,
): number | LabelScores {
  checkEither(caller, options, ['threshold', 'empty', 'labels']);
  const { threshold, empty, labels } = options;
  checkReturned(caller, 'empty', empty);
  if (labels === undefined)
    return of(overlapCount(caller, prediction, reference, threshold), prediction.length, empty, '');
  const counts = labelCounts(caller, prediction, reference, checkLabels(caller, labels));
  return average(
    labels,
    counts.map((count, k) => of(count, prediction.length, empty, ` for label ${labels[k]}`)),
    counts.map((count) => count.reference),
  );
}
