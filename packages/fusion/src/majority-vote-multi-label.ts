import { checkOneOf, checkOptions, fail } from '@diff/checks';
import { hardVotes } from './votes/label-votes.js';
import { checkLabel, labelsOf } from './votes/labels.js';
import { type Masks, panelOf } from './votes/panel.js';
import { refuseUnrated } from './votes/weighted-mean.js';
import { type VoteOptions, voteWeights } from './votes/weights.js';

export interface MajorityVoteMultiLabelOptions extends VoteOptions {
  /** The labels that occur, at most 255 integers. Default: those found, ascending. */
  labels?: readonly number[];
  /** What a pixel gets whose labels tie: `undecided`, the first of the tied in `labels`, or an error. Default: 'undecided'. */
  ties?: 'undecided' | 'first' | 'error';
  /** The value of pixels whose labels tie. Default: the largest label plus 1. */
  undecided?: number;
}

/** Weights such as 0.1 + 0.2 against 0.3 tie, although their binary sums differ. */
const ROUNDING = 1e-12;

/**
 * The majority vote over label maps: each pixel gets the label with the largest weight of votes, Σ_{i: voteᵢ = l} wᵢ. A
 * plurality is enough. Labels tie within a relative 1e-12; then `ties` says what is written: as ITK's
 * `LabelVotingImageFilter`, the value `undecided`. Where nobody voted, `unrated` is written as it is.
 *
 * Time: one pass over pixels × raters. Memory: one byte per pixel and rater, 4 to 12 per pixel, and the result of 4.
 *
 * @param labelMaps one label map per rater, of integers; `null` for a rater who is absent
 * @returns the label of each pixel: `[1,1,3], [1,2,3], [2,1,1]` gives `[1,1,3]`
 * @throws RangeError for no rater, lengths that differ, a value that is no integer or not one of `labels`, weights that sum
 *   to 0, a tie if `ties` is 'error', and a pixel where nobody voted unless `unrated` says what to write there
 */
export function majorityVoteMultiLabel(
  labelMaps: Masks,
  options: MajorityVoteMultiLabelOptions = {},
): Int32Array {
  const name = 'majorityVoteMultiLabel';
  checkOptions(name, options, ['weights', 'missing', 'unrated', 'labels', 'ties', 'undecided']);
  const { ties = 'undecided', unrated } = options;
  checkOneOf(name, 'ties', ties, ['undecided', 'first', 'error']);
  if (unrated !== undefined) checkLabel(name, 'unrated', unrated);
  const panel = panelOf(name, labelMaps, options.missing, 1, 'labelMaps');
  const labels = labelsOf(panel, options.labels, 'labelMaps');
  const { undecided = Math.max(...labels) + 1 } = options;
  checkLabel(name, 'undecided', undecided);
  const weights = voteWeights(panel, options.weights);
  const votes = hardVotes(panel, labels, 'labelMaps');

  const classes = labels.length;
  const sums = new Float64Array(votes.counts.length * classes);
  weights.forEach((weight, r) => {
    const matrix = new Float64Array(classes * classes);
    for (let c = 0; c < classes; c++) matrix[c * classes + c] = weight;
    votes.addEvidence(r, matrix, sums);
  });
  const TIE = Number.POSITIVE_INFINITY;
  const winners = votes.counts.map((_, k) => {
    const row = sums.subarray(k * classes, (k + 1) * classes);
    const most = Math.max(...row);
    if (most === 0) return unrated ?? Number.NaN;
    const first = row.findIndex((sum) => sum >= most * (1 - ROUNDING));
    const tie = row.subarray(first + 1).some((sum) => sum >= most * (1 - ROUNDING));
    if (!tie || ties === 'first') return labels[first]!;
    return ties === 'error' ? TIE : undecided;
  });

  const out = votes.toPixels(winners, 1);
  const nobody = winners.some(Number.isNaN) ? out.findIndex(Number.isNaN) : -1;
  if (nobody >= 0) refuseUnrated(name, nobody);
  const tie = winners.includes(TIE) ? out.indexOf(TIE) : -1;
  if (tie >= 0) fail(name, `labels tie at pixel ${tie}, expected none with ties: 'error'`);
  return new Int32Array(out);
}
