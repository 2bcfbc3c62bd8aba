import { check, checkOptions } from '@diff/checks';
import { type Masks, panelOf } from './votes/panel.js';
import { voteSums } from './votes/sums.js';
import { fillUnrated, weightedMean } from './votes/weighted-mean.js';
import { type VoteOptions, voteWeights } from './votes/weights.js';

/**
 * The mean vote: the weighted share of raters who are inside, Σᵢ wᵢ mᵢ / Σᵢ wᵢ over the raters who voted, in [0, 1]
 * at each pixel. (It is what DiFF's paper calls majority vote, MV; `majorityVote` gives 0 or 1.)
 *
 * Time: one pass over pixels × raters. Memory: the result and, for 0/1 bytes, one byte per pixel.
 *
 * @param masks one mask per rater, values in [0, 1]; `null` for a rater who is absent
 * @throws RangeError for no rater, lengths that differ, values outside [0, 1], weights that sum to 0, and a pixel
 *   where nobody voted unless `unrated` says what to write there; TypeError for what is no array of numbers
 */
export function meanVote(masks: Masks, options: VoteOptions = {}): Float64Array {
  checkOptions('meanVote', options, ['weights', 'missing', 'unrated']);
  const { weights, missing, unrated } = options;
  if (unrated !== undefined) check(typeof unrated === 'number', 'meanVote', 'unrated', unrated, 'a number');
  const panel = panelOf('meanVote', masks, missing);
  const sums = weights === undefined ? voteSums(panel) : undefined;
  if (!sums) return fillUnrated('meanVote', weightedMean(panel, voteWeights(panel, weights)), unrated);
  const mean = Float64Array.from({ length: panel.raters.length + 1 }, (_, sum) => sum / panel.raters.length);
  const out = new Float64Array(panel.length);
  for (let j = 0; j < out.length; j++) out[j] = mean[sums[j]!]!;
  return out;
}
