import { checkInteger, checkOneOf, checkOptions, fail } from '@diff/checks';
import { type Masks, panelOf } from './votes/panel.js';
import { voteSums } from './votes/sums.js';
import { refuseUnrated, weightedMean } from './votes/weighted-mean.js';
import { type VoteOptions, voteWeights } from './votes/weights.js';

export interface MajorityVoteOptions extends VoteOptions {
  /** What to write where every rater is missing, an integer from 0 to 255. Default: such a pixel is an error. */
  unrated?: number;
  /** Who wins where both sides weigh the same. Default: 'background'. */
  ties?: 'foreground' | 'background' | 'error';
}

/** Weights such as 0.1 + 0.2 against 0.3 tie, although their binary sums differ. */
const ROUNDING = 1e-12;

/**
 * The majority vote: 1 where the votes for the foreground outweigh those against it, Σᵢ wᵢ mᵢ > ½ Σᵢ wᵢ over the
 * raters who voted, else 0. Equality (to a relative 1e-12) is a tie. A probability votes for both sides by its share.
 * Where nobody voted, `unrated` is written as it is: `{ missing: 255, unrated: 255 }` keeps holes.
 *
 * @param masks one mask per rater, values in [0, 1]; `null` for a rater who is absent
 * @throws RangeError as `meanVote` does, and for a tie if `ties` is 'error'
 */
export function majorityVote(masks: Masks, options: MajorityVoteOptions = {}): Uint8Array {
  checkOptions('majorityVote', options, ['weights', 'missing', 'unrated', 'ties']);
  const { ties = 'background', missing, unrated, weights } = options;
  checkOneOf('majorityVote', 'ties', ties, ['foreground', 'background', 'error']);
  if (unrated !== undefined) checkInteger('majorityVote', 'unrated', unrated, 0, 255);
  const panel = panelOf('majorityVote', masks, missing);
  const decide = (share: number, pixel: number) => {
    if (Number.isNaN(share)) return unrated ?? refuseUnrated('majorityVote', pixel);
    if (Math.abs(share - 0.5) > ROUNDING) return share > 0.5 ? 1 : 0;
    if (ties === 'error')
      fail('majorityVote', `votes tie at pixel ${pixel}, expected none with ties: 'error'`);
    return ties === 'foreground' ? 1 : 0;
  };

  const sums = weights === undefined ? voteSums(panel) : undefined;
  if (sums) {
    const raters = panel.raters.length;
    const verdicts = Uint8Array.from({ length: raters + 1 }, (_, n) => {
      const first = 2 * n === raters ? sums.indexOf(n) : 0;
      return first < 0 ? 0 : decide(n / raters, first);
    });
    for (let j = 0; j < sums.length; j++) sums[j] = verdicts[sums[j]!]!;
    return sums;
  }
  const shares = weightedMean(panel, voteWeights(panel, weights));
  const out = new Uint8Array(panel.length);
  for (let j = 0; j < out.length; j++) out[j] = decide(shares[j]!, j);
  return out;
}
