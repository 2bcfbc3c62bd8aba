import { expectation, largestDifference, maximization, normalizeRows, voteShares } from './em/confusion.js';
import { checkEmOptions, type EmOptions, lastOf } from './em/options.js';
import { hardVotes, type LabelVotes } from './votes/label-votes.js';
import { isMissing, type Masks, type Missing, type Panel, panelOf } from './votes/panel.js';

export interface StapleMultiLabelOptions extends EmOptions {
  /** The L ≤ 255 label values that occur, in the order of the results; by default those found, ascending. */
  labels?: readonly number[];
  /** [L] probability of each label before anyone votes; by default its frequency among all votes. */
  prior?: readonly number[];
  /** The value of pixels whose most probable labels tie; by default the largest label plus 1. */
  undecided?: number;
  missing?: Missing;
}

export interface StapleMultiLabelResult {
  /** Per pixel, the most probable label, or `undecided`. */
  labelMap: Int32Array;
  /** The labels, in the order of `confusion` and `prior`. */
  labels: number[];
  undecided: number;
  /** Per rater [L, L], row t and column l: P(rater says l | truth is t); `null` for a rater who is absent. */
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
 * Time: one pass over pixels × raters, O(patterns × raters × L) an iteration, one pass to write. Memory: a byte
 * a pixel and rater, 4 bytes a pixel, and the result.
 *
 * @param labelMaps one label map a rater; `null` for a rater who is absent
 * @throws RangeError for no rater, lengths that differ, a value that is not one of `labels`
 */
export function stapleMultiLabel(
  labelMaps: Masks,
  options: StapleMultiLabelOptions = {},
): StapleMultiLabelResult {
  return lastOf(stapleMultiLabelIterations(labelMaps, options));
}

/** Yields the state of `stapleMultiLabel` after each iteration; `labelMap` is only computed when it is read. */
export function* stapleMultiLabelIterations(
  labelMaps: Masks,
  options: StapleMultiLabelOptions = {},
): Generator<StapleMultiLabelResult> {
  const { maxIterations, tolerance } = checkEmOptions('stapleMultiLabel', options, 1e-5);
  const panel = panelOf('stapleMultiLabel', labelMaps, options.missing);
  const labels = [...(options.labels ?? labelsIn(panel))];
  if (labels.length < 1 || labels.length > 255 || new Set(labels).size < labels.length)
    throw new RangeError(
      `stapleMultiLabel: labels are ${labels.join(', ')}, expected 1 to 255 different ones`,
    );
  const undecided = options.undecided ?? Math.max(...labels) + 1;
  const votes = hardVotes(panel, labels);
  const prior = priorOf(votes, options.prior);
  let confusion = startFromVote(votes);
  for (let iterations = 1; iterations <= maxIterations; iterations++) {
    const before = confusion;
    confusion = maximization(votes, expectation(votes, prior, confusion));
    const converged = largestDifference(before, confusion) < tolerance;
    const state = confusion;
    const places: (Float64Array | null)[] = new Array(panel.places).fill(null);
    panel.raters.forEach(({ index }, r) => {
      places[index] = state[r]!;
    });
    yield {
      get labelMap() {
        const belief = expectation(votes, prior, state);
        const winners = votes.counts.map((_, k) => winner(belief, k * labels.length, labels) ?? undecided);
        return new Int32Array(votes.toPixels(winners, 1));
      },
      labels,
      undecided,
      confusion: places,
      prior,
      iterations,
      converged,
    };
    if (converged) return;
  }
}

function labelsIn(panel: Panel): number[] {
  const found = new Set<number>();
  for (const rater of panel.raters)
    for (let j = 0; j < panel.length; j++) if (!isMissing(panel, rater, j)) found.add(rater.mask[j]!);
  return [...found].sort((a, b) => a - b);
}

function priorOf(votes: LabelVotes, given?: readonly number[]): Float64Array {
  const { classes, raters, counts } = votes;
  if (given) {
    if (given.length !== classes || !given.every((p) => p >= 0 && p <= 1))
      throw new RangeError(
        `stapleMultiLabel: prior is ${given.join(', ')}, expected ${classes} probabilities`,
      );
    return Float64Array.from(given);
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
