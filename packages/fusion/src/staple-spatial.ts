import { checkInteger, checkNumber, checkShape } from '@diff/checks';
import { localPosterior, localRates, type PerformanceMaps } from './em/local-rates.js';
import { checkEmOptions, type EmOptions, lastOf } from './em/options.js';
import { scaledPrior } from './em/prior.js';
import { estimateRates, meanOfVotes, meanVotes, startMap, weightsOf } from './em/rates.js';
import { atPlaces, type Masks, type MaskValues, type Missing, panelOf } from './votes/panel.js';
import { votePatterns } from './votes/patterns.js';

export interface StapleSpatialOptions extends EmOptions {
  /** Extents of the arrays, slowest axis first: [height, width], [depth, height, width], ... */
  shape: readonly number[];
  /** Half the width of the window in which raters are judged, in pixels: it spans 2 · radius + 1. Default: 10. */
  radius?: number;
  /** How many votes in each window a rater's performance over the whole image counts for, above 0. Default: 10. */
  priorVotes?: number;
  /** Probability that a pixel is foreground before anyone votes, one or one per pixel. Default: the mean of the mean votes. */
  prior?: number | MaskValues;
  missing?: Missing;
}

/** What `stapleSpatial` gives. */
export interface StapleSpatialResult {
  /** The probability W that each pixel is foreground. */
  probability: Float64Array;
  /** For each rater, the sensitivity over the whole image; NaN for a rater without a vote. */
  sensitivity: number[];
  /** For each rater, the specificity over the whole image; NaN for a rater without a vote. */
  specificity: number[];
  /** The maps p and q of the rater at a place among the masks, computed when called; `undefined` without a vote. */
  performance: (rater: number) => PerformanceMaps | undefined;
  prior: number | Float64Array;
  iterations: number;
  converged: boolean;
}

/**
 * Spatial STAPLE: STAPLE for raters who are better in some places than in others (Asman & Landman 2012, IEEE TMI 31:1326;
 * the like by Commowick et al. 2012, IEEE TMI 31:1593). Sensitivity pᵢ(x) and specificity qᵢ(x) are estimated in a window
 * B(x) around each pixel, together with `priorVotes` λ votes at the rater's Pᵢ and Qᵢ over the whole image:
 *
 *     pᵢ(x) = (λ Pᵢ + Σ_{y ∈ B(x): Dᵢ(y)=1} W(y)) / (λ + Σ_{y ∈ B(x)} W(y))        qᵢ(x) with 1 − W and Dᵢ(y)=0
 *     W(x) = g α / (g α + (1 − g) β),  α = Πᵢ pᵢ(x)^D (1 − pᵢ(x))^(1−D),  β = Πᵢ (1 − qᵢ(x))^D qᵢ(x)^(1−D)
 *
 * from W = mean vote, until no W changes by more than `tolerance` (1e-5). With a window as large as the image it is
 * `staple`, for any λ. Empty and full masks give what they give there. A missing vote is left out of every sum and product;
 * a pixel that nobody rated has W = g.
 *
 * Time: O(pixels × raters × axes) per iteration, whatever the radius: two fifths of it are
 * the sums in windows, the rest a logarithm and the rates of every rater at every pixel. `npm run bench -- fusion` prints its
 * ratio to a plain pass over the masks. Memory: 75 bytes per pixel beside the masks, the
 * result included, and 16 per pixel for each call of `performance`.
 *
 * @param masks one mask per rater, 0 or 1, of `shape`; `null` for a rater who is absent
 * @throws RangeError for no rater, lengths that differ, votes other than 0 and 1, a shape that does not match
 */
export function stapleSpatial(masks: Masks, options: StapleSpatialOptions): StapleSpatialResult {
  return lastOf(steps('stapleSpatial', masks, options));
}

/** Yields the state of `stapleSpatial` after each iteration. */
export function stapleSpatialIterations(
  masks: Masks,
  options: StapleSpatialOptions,
): Generator<StapleSpatialResult> {
  return steps('stapleSpatialIterations', masks, options);
}

const OPTIONS = ['shape', 'radius', 'priorVotes', 'prior', 'missing'];

function* steps(name: string, masks: Masks, options: StapleSpatialOptions): Generator<StapleSpatialResult> {
  const { maxIterations, tolerance } = checkEmOptions(name, options, 1e-5, OPTIONS);
  const { shape, radius = 10, priorVotes = 10 } = options ?? {};
  checkInteger(name, 'radius', radius, 0);
  checkNumber(name, 'priorVotes', priorVotes, 0, Number.POSITIVE_INFINITY, { open: true });
  const panel = panelOf(name, masks, options?.missing);
  checkShape(name, 'shape', shape, panel.length);
  const patterns = votePatterns(panel);
  const means = meanVotes(patterns);
  const prior = scaledPrior(panel, options.prior, meanOfVotes(name, patterns, means));

  let w = startMap(patterns, means, prior);
  for (let iterations = 1; iterations <= maxIterations; iterations++) {
    const whole = estimateRates(patterns, weightsOf(patterns, w));
    const local = localRates(patterns, w, { shape, radius, priorVotes }, whole);
    const next = localPosterior(patterns, prior, local);
    let change = 0;
    for (let j = 0; j < w.length; j++) change = Math.max(change, Math.abs(next[j]! - w[j]!));
    const converged = change <= tolerance;
    yield {
      probability: next,
      sensitivity: atPlaces(panel, whole.sensitivity, Number.NaN),
      specificity: atPlaces(panel, whole.specificity, Number.NaN),
      performance: (rater) => local(panel.raters.findIndex(({ index }) => index === rater)),
      prior,
      iterations,
      converged,
    };
    if (converged) return;
    w = next;
  }
}
