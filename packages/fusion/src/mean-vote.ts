import { type Masks, panelOf } from './votes/panel.js';
import { voteSums } from './votes/sums.js';
import { weightedMean } from './votes/weighted-mean.js';
import { type VoteOptions, voteWeights } from './votes/weights.js';

/**
 * The weighted mean of the votes, Σᵢ wᵢ mᵢ / Σᵢ wᵢ over the raters who voted: per pixel, in [0, 1].
 *
 * Time: one pass over pixels × raters. Memory: the result (and a byte a pixel).
 *
 * @param masks one mask a rater, values in [0, 1]; `null` for a rater who is absent
 * @throws RangeError for no rater, lengths that differ, values outside [0, 1], weights that sum to 0, and a pixel
 *   where nobody voted unless `unrated` says what to write there
 */
export function averageVote(masks: Masks, options: VoteOptions = {}): Float64Array {
  const panel = panelOf('averageVote', masks, options.missing);
  const sums = options.weights ? undefined : voteSums(panel);
  if (!sums) return weightedMean(panel, voteWeights(panel, options.weights), options.unrated);
  const mean = Float64Array.from({ length: panel.raters.length + 1 }, (_, sum) => sum / panel.raters.length);
  const out = new Float64Array(panel.length);
  for (let j = 0; j < out.length; j++) out[j] = mean[sums[j]!]!;
  return out;
}
