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
  /** Σ of the weights in the window, of the pixels with a vote that counts. */
  const windowSum = (weight: (pixel: number) => number) => {
    const values = new Float64Array(ids.length);
    for (let j = 0; j < values.length; j++) values[j] = weight(j);
    return boxSum(values, shape, radius);
  };
  let foreground: Float64Array | undefined;
  let background: Float64Array | undefined;

  return (rater) => {
    if (Number.isNaN(whole.sensitivity[rater] ?? Number.NaN)) return undefined;
    const vote = votesOf(patterns, rater);
    const holes = patterns.counts.some((_, k) => votes[k * raters + rater] === NO_VOTE);
    const all = (side: Float64Array | undefined, weight: (pixel: number) => number) =>
      holes ? windowSum((j) => (vote[ids[j]!] === NO_VOTE ? 0 : weight(j))) : (side ?? windowSum(weight));
    const inside = all(foreground, (j) => w[j]!);
    const outside = all(background, (j) => 1 - w[j]!);
    if (!holes) [foreground, background] = [inside, outside];
    const rate = (right: Float64Array, side: Float64Array, rateOfWhole: number) => {
      for (let j = 0; j < right.length; j++) {
        const votesHere = priorVotes + side[j]!;
        right[j] = Math.min(1, (priorVotes * rateOfWhole + right[j]!) / votesHere);
      }
      return right;
    };
    const hits = windowSum((j) => (vote[ids[j]!] === 1 ? w[j]! : 0));
    const spared = windowSum((j) => (vote[ids[j]!] === 0 ? 1 - w[j]! : 0));
    return {
      sensitivity: rate(hits, inside, whole.sensitivity[rater]!),
      specificity: rate(spared, outside, whole.specificity[rater]!),
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
  const logAlpha = new Float64Array(ids.length);
  const logBeta = new Float64Array(ids.length);
  for (let i = 0; i < raters; i++) {
    const maps = rates(i);
    if (!maps) continue;
    const { sensitivity, specificity } = maps;
    const vote = votesOf(patterns, i);
    for (let j = 0; j < ids.length; j++) {
      const v = vote[ids[j]!]!;
      if (v === NO_VOTE) continue;
      logAlpha[j]! += Math.log(v ? sensitivity[j]! : 1 - sensitivity[j]!);
      logBeta[j]! += Math.log(v ? 1 - specificity[j]! : specificity[j]!);
    }
  }
  for (let j = 0; j < ids.length; j++) {
    const g = typeof prior === 'number' ? prior : prior[j]!;
    const larger = Math.max(logAlpha[j]!, logBeta[j]!);
    // Both vanish: no vote tells anything.
    logAlpha[j] =
      larger === Number.NEGATIVE_INFINITY
        ? g
        : bayes(g, Math.exp(logAlpha[j]! - larger), Math.exp(logBeta[j]! - larger));
  }
  return logAlpha;
}

/** The vote of a rater by the id of a pixel's pattern. */
function votesOf({ size, occurring, votes, raters }: VotePatterns, rater: number): Uint8Array {
  const byId = new Uint8Array(size);
  occurring.forEach((id, k) => {
    byId[id] = votes[k * raters + rater]!;
  });
  return byId;
}
