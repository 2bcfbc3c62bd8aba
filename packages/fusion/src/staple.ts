import { checkEmOptions, type EmOptions, lastOf } from './em/options.js';
import {
  estimateRates,
  largestChange,
  meanVotes,
  onePrior,
  priorMap,
  type Rates,
  startWeights,
} from './em/rates.js';
import { atPlaces, checkLength, type Mask, type Masks, type Missing, panelOf } from './votes/panel.js';
import { type VotePatterns, votePatterns } from './votes/patterns.js';

export interface StapleOptions extends EmOptions {
  /**
   * Probability g that a pixel is foreground before anyone votes, in [0, 1]: one number, or one a pixel. Left
   * out, it is the mean of all votes.
   */
  prior?: number | Mask;
  /** Multiplies the prior, as in ITK; 1 by default. */
  confidenceWeight?: number;
  /** 1 where the raters are judged, 0 elsewhere; everywhere by default. */
  region?: Mask;
  missing?: Missing;
}

export interface StapleResult {
  /** Per pixel, the probability W that it is foreground. */
  probability: Float64Array;
  /** Per rater, p = P(vote 1 | foreground); NaN for a rater without a vote in the region. */
  sensitivity: number[];
  /** Per rater, q = P(vote 0 | background); NaN for a rater without a vote in the region. */
  specificity: number[];
  /** The prior g that was used, `confidenceWeight` included. */
  prior: number | Float64Array;
  iterations: number;
  converged: boolean;
}

/**
 * STAPLE, simultaneous truth and performance level estimation (Warfield, Zou & Wells 2004, IEEE TMI 23:903):
 * expectation–maximisation over a hidden true mask T and each rater's sensitivity p and specificity q. With D
 * the votes and W = P(T = 1 | D, p, q), it starts from W = mean vote and g = mean of W × `confidenceWeight`, and
 * repeats
 *
 *     pᵢ = Σ_{j: Dᵢⱼ=1} Wⱼ / Σⱼ Wⱼ        qᵢ = Σ_{j: Dᵢⱼ=0} (1 − Wⱼ) / Σⱼ (1 − Wⱼ)
 *     Wⱼ = g α / (g α + (1 − g) β),  α = Πᵢ pᵢ^D (1 − pᵢ)^(1−D),  β = Πᵢ (1 − qᵢ)^D qᵢ^(1−D)
 *
 * until no p or q changes by more than `tolerance` (1e-7), but not on the first iteration: start, prior, order
 * and stopping rule of ITK's `STAPLEImageFilter`, whose results it gives to 1e-6. (ITK has no limit to its
 * iterations; `maxIterations` here is 10 000.) α and β are summed as logarithms, so that fifty raters neither
 * under- nor overflow. A missing vote is left out of every sum and product.
 *
 * What ITK leaves open: with no foreground at all (every mask empty) sensitivity is 1, no rater having missed
 * any, and W is 0; with no background specificity is 1 and W is 1. A single mask comes back as it is. Outside
 * `region` W keeps its start, the mean vote; a pixel that nobody rated has W = g. A pixel whose α and β both
 * vanish keeps the prior.
 *
 * Time: one pass over pixels × raters, O(patterns × raters) an iteration (at most 2ⁿ patterns, or as many as
 * there are pixels), one pass to write; with a prior a pixel, one pass over the pixels an iteration. Memory:
 * one byte a pixel for up to 8 raters, 4 up to 16, n/8 + 4 beyond, and 8 for the result. A rater with missing
 * votes counts as two, a region as one more.
 *
 * @param masks one mask a rater, 0 or 1; `null` for a rater who is absent
 * @throws RangeError for no rater, lengths that differ, votes other than 0 and 1, a prior outside [0, 1]
 */
export function staple(masks: Masks, options: StapleOptions = {}): StapleResult {
  return lastOf(stapleIterations(masks, options));
}

/** Yields the state of `staple` after each iteration; `probability` is only computed when it is read. */
export function* stapleIterations(masks: Masks, options: StapleOptions = {}): Generator<StapleResult> {
  const { maxIterations, tolerance } = checkEmOptions('staple', options, 1e-7);
  const panel = panelOf('staple', masks, options.missing);
  const patterns = votePatterns(panel, options.region);
  const means = meanVotes(patterns);
  const prior = priorOf(panel.length, patterns, means, options);
  const posterior =
    typeof prior === 'number' ? onePrior(patterns, means, prior) : priorMap(patterns, means, prior);

  let weights = startWeights(patterns, means);
  let before: Rates | undefined;
  for (let iterations = 1; iterations <= maxIterations; iterations++) {
    const now = estimateRates(patterns, weights);
    const state = posterior(now);
    weights = state.weights;
    const converged = before !== undefined && largestChange(before, now) <= tolerance;
    let probability: Float64Array | undefined;
    yield {
      get probability() {
        probability ??= state.probability();
        return probability;
      },
      sensitivity: atPlaces(panel, now.sensitivity),
      specificity: atPlaces(panel, now.specificity),
      prior,
      iterations,
      converged,
    };
    if (converged) return;
    before = now;
  }
}

function priorOf(
  length: number,
  { counts, inside }: VotePatterns,
  means: Float64Array,
  { prior, confidenceWeight = 1 }: StapleOptions,
): number | Float64Array {
  if (!(confidenceWeight > 0))
    throw new RangeError(`staple: confidenceWeight is ${confidenceWeight}, expected more than 0`);
  let ones = 0;
  let cast = 0;
  means.forEach((mean, k) => {
    if (!inside[k] || Number.isNaN(mean)) return;
    ones += counts[k]! * mean;
    cast += counts[k]!;
  });
  if (!cast) throw new RangeError('staple: no vote at all in the region, expected one');
  const map = prior === undefined || typeof prior === 'number' ? [prior ?? ones / cast] : prior;
  if (map === prior) checkLength('staple: prior', prior, length);
  const scaled = new Float64Array(map.length);
  for (let j = 0; j < map.length; j++) {
    const g = map[j]! * confidenceWeight;
    if (!(g >= 0 && g <= 1))
      throw new RangeError(
        `staple: prior${map === prior ? `[${j}]` : ''} × confidenceWeight is ${g}, expected a probability`,
      );
    scaled[j] = g;
  }
  return map === prior ? scaled : scaled[0]!;
}
