import { checkEmOptions, type EmOptions, lastOf } from './em/options.js';
import { scaledPrior } from './em/prior.js';
import {
  estimateRates,
  largestChange,
  meanOfVotes,
  meanVotes,
  onePrior,
  priorMap,
  type Rates,
  startWeights,
} from './em/rates.js';
import { type Flags, flagsOf } from './votes/numbers.js';
import { atPlaces, type Masks, type MaskValues, type Missing, panelOf } from './votes/panel.js';
import { votePatterns } from './votes/patterns.js';

export interface StapleOptions extends EmOptions {
  /**
   * Probability g that a pixel is foreground before anyone votes, in [0, 1]: one number, or one per pixel. Default:
   * the mean of the mean votes.
   */
  prior?: number | MaskValues;
  /** Multiplies the prior, as in ITK. Default: 1. */
  confidenceWeight?: number;
  /** 1 or true where the raters are judged, 0 or false elsewhere. Default: everywhere. */
  region?: Flags;
  missing?: Missing;
}

/** What `staple` gives. */
export interface StapleResult {
  /** The probability W that each pixel is foreground. */
  probability: Float64Array;
  /** For each rater, p = P(vote 1 | foreground); NaN for a rater without a vote in the region. */
  sensitivity: number[];
  /** For each rater, q = P(vote 0 | background); NaN for a rater without a vote in the region. */
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
 * Time: one pass over pixels × raters, O(patterns × raters) per iteration (at most 2ⁿ patterns, or as many as
 * there are pixels), one pass to write; with a prior per pixel, one pass over the pixels per iteration.
 * Memory: one byte per pixel for up to 8 raters, 4 up to 16, n/8 + 4 beyond, and 8 for the result. A rater with missing
 * votes counts as two, a region as one more.
 *
 * @param masks one mask per rater, 0 or 1; `null` for a rater who is absent
 * @throws RangeError for no rater, lengths that differ, votes other than 0 and 1, a prior outside [0, 1]
 */
export function staple(masks: Masks, options: StapleOptions = {}): StapleResult {
  return lastOf(steps('staple', masks, options));
}

/** Yields the state of `staple` after each iteration; `probability` is only computed when it is read. */
export function stapleIterations(masks: Masks, options: StapleOptions = {}): Generator<StapleResult> {
  return steps('stapleIterations', masks, options);
}

const OPTIONS = ['prior', 'confidenceWeight', 'region', 'missing'];

function* steps(name: string, masks: Masks, options: StapleOptions): Generator<StapleResult> {
  const { maxIterations, tolerance } = checkEmOptions(name, options, 1e-7, OPTIONS);
  const panel = panelOf(name, masks, options.missing);
  const region =
    options.region === undefined ? undefined : flagsOf(name, 'region', options.region, panel.length);
  const patterns = votePatterns(panel, region);
  const means = meanVotes(patterns);
  const estimate = meanOfVotes(name, patterns, means);
  const prior = scaledPrior(panel, options.prior, estimate, options.confidenceWeight);
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
      sensitivity: atPlaces(panel, now.sensitivity, Number.NaN),
      specificity: atPlaces(panel, now.specificity, Number.NaN),
      prior,
      iterations,
      converged,
    };
    if (converged) return;
    before = now;
  }
}
