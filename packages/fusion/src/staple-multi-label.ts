import { fail } from '@diff/checks';
import { expectation, largestDifference, maximization, normalizeRows, voteShares } from './em/confusion.js';
import { checkEmOptions, type EmOptions, lastOf } from './em/options.js';
import { hardVotes, type LabelVotes } from './votes/label-votes.js';
import { checkLabel, labelsOf } from './votes/labels.js';
import { sharesOf } from './votes/numbers.js';
import { atPlaces, type Masks, type Missing, panelOf } from './votes/panel.js';

export interface StapleMultiLabelOptions extends EmOptions {
  /** The L ≤ 255 labels that occur, integers, in the order of the results. Default: those found, ascending. */
  labels?: readonly number[];
  /** [L] the probability of each label before anyone votes. Default: its frequency among all votes. */
  prior?: readonly number[];
  /** The value of pixels whose most probable labels tie. Default: the largest label plus 1. */
  undecided?: number;
  missing?: Missing;
}

/** What `stapleMultiLabel` gives. */
export interface StapleMultiLabelResult {
  /** The most probable label of each pixel, or `undecided`. */
  labelMap: Int32Array;
  /** [pixels, L] the probability W of each label; zeros where no label could have given the pixel's votes. */
  probability: Float64Array;
  /** The labels, in the order of `confusion` and `prior`. */
  labels: number[];
  undecided: number;
  /** For each rater [L, L], row t and column l: P(rater says l | truth is t); `null` for a rater who is absent. */
  confusion: (Float64Array | null)[];
  /** [L] */
  prior: Float64Array;
  iterations: number;
  converged: boolean;
}

/**
 * STAPLE for any number of labels (Rohlfing, Russakoff & Maurer 2004, IEEE TMI 23:983), as ITK's
 * `MultiLabelSTAPLEImageFilter`: from confusion matrices against the majority vote, each column scaled to sum to
 * 1, and with the prior fixed, it repeats
 *
 *     W[t] ∝ prior[t] Πᵣ θᵣ[t, voteᵣ]        θᵣ[t, l] = Σ_{voteᵣ = l} W[t] / Σ W[t]
 *
 * until no θ changes by `tolerance` (1e-5) or more, and gives each pixel its most probable label. Labels tie, and
 * the pixel is `undecided`, when their probabilities are within 1e-12, or when no label could have given the
 * pixel's votes. A label that is never believed has a row of zeros in θ. Where the starting vote ties, the tied
 * labels share it (ITK 5 writes such pixels past the end of the matrix's row, so that its start differs there).
 *
 * Time: one pass over pixels × raters, O(patterns × raters × L) per iteration, one pass to write. Memory:
 * one byte per pixel and rater, 4 bytes per pixel, and the result: 8 L bytes per pixel for the probabilities.
 *
 * @param labelMaps one label map per rater, of integers; `null` for a rater who is absent
 * @throws RangeError for no rater, lengths that differ, a value that is no integer or not one of `labels`
 */
export function stapleMultiLabel(
  labelMaps: Masks,
  options: StapleMultiLabelOptions = {},
): StapleMultiLabelResult {
  return lastOf(steps('stapleMultiLabel', labelMaps, options));
}

/** Yields the state of `stapleMultiLabel` after each iteration; `labelMap` and `probability` are only computed when read. */
export function stapleMultiLabelIterations(
  labelMaps: Masks,
  options: StapleMultiLabelOptions = {},
): Generator<StapleMultiLabelResult> {
  return steps('stapleMultiLabelIterations', labelMaps, options);
}

const OPTIONS = ['labels', 'prior', 'undecided', 'missing'];

function* steps(
  name: string,
  labelMaps: Masks,
  options: StapleMultiLabelOptions,
): Generator<StapleMultiLabelResult> {
  const { maxIterations, tolerance } = checkEmOptions(name, options, 1e-5, OPTIONS);
  const panel = panelOf(name, labelMaps, options.missing, 1, 'labelMaps');
  const labels = labelsOf(panel, options.labels, 'labelMaps');
  const { undecided = Math.max(...labels) + 1 } = options;
  checkLabel(name, 'undecided', undecided);
  const votes = hardVotes(panel, labels, 'labelMaps');
  const prior = priorOf(name, votes, options.prior);
  let confusion = startFromVote(votes);
  for (let iterations = 1; iterations <= maxIterations; iterations++) {
    const before = confusion;
    confusion = maximization(votes, expectation(votes, prior, confusion));
    const converged = largestDifference(before, confusion) < tolerance;
    const state = confusion;
    let belief: Float64Array | undefined;
    const beliefs = () => {
      belief ??= expectation(votes, prior, state);
      return belief;
    };
    yield {
      get labelMap() {
        const winners = votes.counts.map((_, k) => winner(beliefs(), k * labels.length, labels) ?? undecided);
        return new Int32Array(votes.toPixels(winners, 1));
      },
      get probability() {
        return votes.toPixels(beliefs(), labels.length);
      },
      labels,
      undecided,
      confusion: atPlaces(panel, state, null),
      prior,
      iterations,
      converged,
    };
    if (converged) return;
  }
}

function priorOf(name: string, votes: LabelVotes, given?: readonly number[]): Float64Array {
  const { classes, raters, counts } = votes;
  if (given !== undefined) {
    const prior = Float64Array.from(sharesOf(name, 'prior', given, classes));
    if (!prior.some((p) => p > 0)) fail(name, 'prior is 0 for every label, expected more for one');
    return prior;
  }
  const tally = new Float64Array(classes * classes);
  const everything = new Float64Array(counts.length * classes).fill(1);
  for (let r = 0; r < raters; r++) votes.addCounts(r, everything, tally);
  return normalizeRows(tally.slice(0, classes), classes);
}

/** P(truth | vote) against the majority vote: ITK's start, which scales columns where the M-step scales rows. */
function startFromVote(votes: LabelVotes): Float64Array[] {
  const { classes, raters } = votes;
  const belief = voteShares(votes);
  for (let at = 0; at < belief.length; at += classes) {
    const most = Math.max(...belief.subarray(at, at + classes));
    for (let c = 0; c < classes; c++) belief[at + c] = Number(most > 0 && belief[at + c]! > most - 1e-12);
  }
  normalizeRows(belief, classes);
  return Array.from({ length: raters }, (_, r) => {
    const matrix = new Float64Array(classes ** 2);
    votes.addCounts(r, belief, matrix);
    return transpose(normalizeRows(transpose(matrix, classes), classes), classes);
  });
}

function transpose(matrix: Float64Array, n: number): Float64Array {
  return matrix.map((_, i) => matrix[(i % n) * n + Math.floor(i / n)]!);
}

/** The label of the largest value of a row, or `undefined` if the largest are equal. */
function winner(belief: Float64Array, at: number, labels: number[]): number | undefined {
  let best = 0;
  let second = 0;
  let label: number | undefined;
  labels.forEach((value, c) => {
    const p = belief[at + c]!;
    if (p > best) {
      second = best;
      best = p;
      label = value;
    } else second = Math.max(second, p);
  });
  return best - second > 1e-12 ? label : undefined;
}
