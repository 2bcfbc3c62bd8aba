import { check, checkBoolean, checkInteger, fail } from '@diff/checks';
import { expectation, largestDifference, maximization, normalizeRows, voteShares } from './em/confusion.js';
import { checkEmOptions, type EmOptions, lastOf } from './em/options.js';
import { hardVotes, type LabelVotes, softVotes } from './votes/label-votes.js';
import { atPlaces, type Masks, type Missing, type Panel, panelOf } from './votes/panel.js';

export interface DawidSkeneOptions extends EmOptions {
  /** Number of classes C, 2 to 255; labels are 0 … C − 1. */
  classes: number;
  /** Whether votes are C shares per pixel, classes last, in place of one label per pixel. Default: false. */
  soft?: boolean;
  /** A label that stands for "no vote", or an array of flags per rater; only the latter with soft votes. */
  missing?: Missing;
}

/** What `dawidSkene` gives. */
export interface DawidSkeneResult {
  /** [pixels, C] the probability of each class; the prior where nobody voted. */
  probability: Float64Array;
  /** For each rater [C, C], row t and column l: P(vote l | class t); `null` for a rater who is absent. */
  confusion: (Float64Array | null)[];
  /** [C] how common each class is. */
  prior: Float64Array;
  iterations: number;
  converged: boolean;
}

/**
 * Dawid & Skene 1979 (Applied Statistics 28:20): maximum likelihood of each pixel's class, the classes'
 * frequencies π and each rater's confusion matrix θ, by expectation–maximisation from the vote shares T:
 *
 *     π[t] = mean T[t]        θᵣ[t, l] = Σ T[t] · voteᵣ[l] / Σ T[t]  over the pixels that r labelled
 *     T[t] ∝ π[t] Πᵣ Πₗ θᵣ[t, l]^voteᵣ[l]
 *
 * until no π or θ changes by more than `tolerance` (1e-7). A soft vote counts for each class by its share; an
 * all-zero row of shares is no vote. A class that nothing is believed to be has π 0 and a row of zeros in θ.
 *
 * Differs from STAPLE in that π is estimated anew at every iteration, not fixed by the first vote.
 *
 * Time: one pass over pixels × raters, O(patterns × raters × C) per iteration, one pass to write; with soft votes
 * O(pixels × raters × C²) per iteration. Memory: one byte per pixel and rater, and the result.
 *
 * @param votes one label map per rater (or C shares per pixel); `null` for a rater who is absent
 * @throws RangeError for no rater, lengths that differ, labels outside 0 … C − 1, shares that do not sum to 1
 */
export function dawidSkene(votes: Masks, options: DawidSkeneOptions): DawidSkeneResult {
  return lastOf(steps('dawidSkene', votes, options));
}

/** Yields the state of `dawidSkene` after each iteration; `probability` is only computed when it is read. */
export function dawidSkeneIterations(votes: Masks, options: DawidSkeneOptions): Generator<DawidSkeneResult> {
  return steps('dawidSkeneIterations', votes, options);
}

const OPTIONS = ['classes', 'soft', 'missing'];

function* steps(name: string, votes: Masks, options: DawidSkeneOptions): Generator<DawidSkeneResult> {
  const { maxIterations, tolerance } = checkEmOptions(name, options, 1e-7, OPTIONS);
  const { panel, ballots } = ballotsOf(name, votes, options ?? {});
  let belief = voteShares(ballots);
  const cast = ballots.counts.map((count, k) => (rowSum(belief, k, ballots.classes) > 0 ? count : 0));
  if (!cast.some((count) => count > 0)) fail(name, 'votes hold no vote at all, expected one or more');

  let before: Float64Array[] | undefined;
  for (let iterations = 1; iterations <= maxIterations; iterations++) {
    const prior = frequencies(belief, cast, ballots.classes);
    const confusion = maximization(ballots, belief);
    belief = expectation(ballots, prior, confusion);
    const now = [prior, ...confusion];
    const converged = before !== undefined && largestDifference(before, now) <= tolerance;
    const state = belief;
    yield {
      get probability() {
        return ballots.toPixels(state, ballots.classes);
      },
      confusion: atPlaces(panel, confusion, null),
      prior,
      iterations,
      converged,
    };
    if (converged) return;
    before = now;
  }
}

function ballotsOf(
  name: string,
  votes: Masks,
  { classes, soft = false, missing }: DawidSkeneOptions,
): { panel: Panel; ballots: LabelVotes } {
  checkInteger(name, 'classes', classes, 2, 255);
  checkBoolean(name, 'soft', soft);
  if (soft && typeof missing === 'number')
    check(false, name, 'missing', missing, 'one array of flags per rater with soft votes', 'other');
  const panel = panelOf(name, votes, missing, soft ? classes : 1, 'votes');
  const ballots = soft ? softVotes(panel, classes) : hardVotes(panel, [...Array(classes).keys()], 'votes');
  return { panel, ballots };
}

function frequencies(belief: Float64Array, counts: Float64Array, classes: number): Float64Array {
  const sums = new Float64Array(classes);
  for (let k = 0; k < counts.length; k++)
    for (let c = 0; c < classes; c++) sums[c]! += counts[k]! * belief[k * classes + c]!;
  return normalizeRows(sums, classes);
}

function rowSum(rows: Float64Array, k: number, width: number): number {
  let sum = 0;
  for (let c = 0; c < width; c++) sum += rows[k * width + c]!;
  return sum;
}
