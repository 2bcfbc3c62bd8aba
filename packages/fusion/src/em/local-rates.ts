import { boxSum } from '../geometry/box-sum.js';
import { NO_VOTE, type VotePatterns } from '../votes/patterns.js';
import { bayes, type Rates } from './rates.js';

/** How good a rater is at each place. */
export interface PerformanceMaps {
  /** P(vote 1 | foreground) at each pixel. */
  sensitivity: Float64Array;
  /** P(vote 0 | background) at each pixel. */
  specificity: Float64Array;
}

export interface Window {
  shape: readonly number[];
  radius: number;
  priorVotes: number;
}

export type LocalRates = (rater: number) => PerformanceMaps | undefined;

/**
 * The M-step in a window around each pixel, with `priorVotes` votes at the rates over the whole image. It gives a function
 * of the rater, so that the maps of one rater at a time are in memory; `undefined` for a rater without a vote.
 */
export function localRates(
  patterns: VotePatterns,
  w: Float64Array,
  { shape, radius, priorVotes }: Window,
  whole: Rates,
): LocalRates {
  const { ids, votes, raters } = patterns;
  /** Σ in the window of W, or of 1 − W, over the pixels whose pattern is kept. */
  const windowSum = (side: 0 | 1, keep?: Uint8Array) => {
    const values = new Float64Array(ids.length);
    for (let j = 0; j < values.length; j++) {
      if (keep && !keep[ids[j]!]) continue;
      values[j] = side ? w[j]! : 1 - w[j]!;
    }
    return boxSum(values, shape, radius);
  };
  const all: [Float64Array?, Float64Array?] = [];

  return (rater) => {
    if (Number.isNaN(whole.sensitivity[rater] ?? Number.NaN)) return undefined;
    const vote = votesOf(patterns, rater);
    const holes = patterns.counts.some((_, k) => votes[k * raters + rater] === NO_VOTE);
    const rate = (side: 0 | 1, ofWhole: number) => {
      const right = windowSum(
        side,
        vote.map((v) => +(v === side)),
      );
      if (!holes) all[side] ??= windowSum(side);
      const cast = holes
        ? windowSum(
            side,
            vote.map((v) => +(v !== NO_VOTE)),
          )
        : all[side]!;
      for (let j = 0; j < right.length; j++) {
        const rate = (priorVotes * ofWhole + right[j]!) / (priorVotes + cast[j]!);
        right[j] = rate < 1 ? rate : 1;
      }
      return right;
    };
    return {
      sensitivity: rate(1, whole.sensitivity[rater]!),
      specificity: rate(0, whole.specificity[rater]!),
    };
  };
}

/** The E-step with rates that differ from pixel to pixel. */
export function localPosterior(
  patterns: VotePatterns,
  prior: number | Float64Array,
  rates: LocalRates,
): Float64Array {
  const { ids, raters } = patterns;
  // log α − log β: NaN, where both vanish and no vote tells anything
  const evidence = new Float64Array(ids.length);
  for (let i = 0; i < raters; i++) {
    const maps = rates(i);
    if (!maps) continue;
    const { sensitivity, specificity } = maps;
    const vote = votesOf(patterns, i);
    for (let j = 0; j < ids.length; j++) {
      const v = vote[ids[j]!]!;
      if (v === NO_VOTE) continue;
      const p = sensitivity[j]!;
      const q = specificity[j]!;
      evidence[j]! += Math.log(v ? p / (1 - q) : (1 - p) / q);
    }
  }
  for (let j = 0; j < ids.length; j++) {
    const g = typeof prior === 'number' ? prior : prior[j]!;
    const likelier = Math.exp(-Math.abs(evidence[j]!));
    if (Number.isNaN(likelier)) evidence[j] = g;
    else evidence[j] = evidence[j]! > 0 ? bayes(g, 1, likelier) : bayes(g, likelier, 1);
  }
  return evidence;
}

/** The vote of a rater by the id of a pixel's pattern. */
function votesOf({ size, occurring, votes, raters }: VotePatterns, rater: number): Uint8Array {
  const byId = new Uint8Array(size);
  occurring.forEach((id, k) => {
    byId[id] = votes[k * raters + rater]!;
  });
  return byId;
}
