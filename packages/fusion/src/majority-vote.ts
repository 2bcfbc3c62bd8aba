import { type Masks, panelOf } from './votes/panel.js';
import { voteSums } from './votes/sums.js';
import { weightedMean } from './votes/weighted-mean.js';
import { type VoteOptions, voteWeights } from './votes/weights.js';

export interface MajorityVoteOptions extends VoteOptions {
  /** Who wins where both sides weigh the same: 'background' by default. */
  ties?: 'foreground' | 'background' | 'error';
}

/** Weights such as 0.1 + 0.2 against 0.3 tie, although their binary sums differ. */
const ROUNDING = 1e-12;

/**
 * 1 where the votes for the foreground outweigh those against it, Σᵢ wᵢ mᵢ > ½ Σᵢ wᵢ over the raters who voted.
 * Equality (to a relative 1e-12) is a tie. A probability votes for both sides by its share.
 *
 * @param masks one mask a rater, values in [0, 1]; `null` for a rater who is absent
 * @throws RangeError as `averageVote` does, and for a tie if `ties` is 'error'
 */
export function majorityVote(masks: Masks, options: MajorityVoteOptions = {}): Uint8Array {
  const { ties = 'background', unrated } = options;
  if (!['foreground', 'background', 'error'].includes(ties))
    throw new RangeError(`majorityVote: ties is ${ties}, expected 'foreground', 'background' or 'error'`);
  const panel = panelOf('majorityVote', masks, options.missing);
  const decide = (share: number) =>
    Math.abs(share - 0.5) > ROUNDING
      ? Number(share > 0.5)
      : ties === 'error'
        ? TIE
        : Number(ties === 'foreground');

  const sums = options.weights ? undefined : voteSums(panel);
  let out: Uint8Array;
  if (sums) {
    const verdict = Uint8Array.from({ length: panel.raters.length + 1 }, (_, n) =>
      decide(n / panel.raters.length),
    );
    out = sums;
    for (let j = 0; j < out.length; j++) out[j] = verdict[out[j]!]!;
  } else {
    const shares = weightedMean(panel, voteWeights(panel, options.weights), unrated);
    out = new Uint8Array(panel.length);
    for (let j = 0; j < out.length; j++) out[j] = decide(shares[j]!);
  }

  const tie = ties === 'error' ? out.indexOf(TIE) : -1;
  if (tie >= 0) throw new RangeError(`majorityVote: a tie at pixel ${tie}, expected none with ties: 'error'`);
  return out;
}

const TIE = 2;
