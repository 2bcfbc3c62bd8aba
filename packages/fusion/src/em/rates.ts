import { fail } from '@diff/checks';
import { NO_VOTE, type VotePatterns } from '../votes/patterns.js';
import { placesOfIds, spread } from '../votes/rows.js';

/** [raters] NaN for a rater without a vote. */
export interface Rates {
  sensitivity: Float64Array;
  specificity: Float64Array;
}

/** [K] sums over the pixels of a pattern of W and of 1 − W. */
export interface Weights {
  foreground: Float64Array;
  background: Float64Array;
}

/** [K] α and β of a pattern, scaled so that the larger is 1; both 1 where nobody voted. */
export interface Likelihoods {
  alpha: Float64Array;
  beta: Float64Array;
}

export interface Posterior {
  weights: Weights;
  probability(): Float64Array;
}

/** [K] the share of foreground votes; NaN where nobody voted. */
export function meanVotes({ raters, votes, counts }: VotePatterns): Float64Array {
  return Float64Array.from(counts, (_, k) => {
    let ones = 0;
    let cast = 0;
    for (let i = k * raters; i < (k + 1) * raters; i++) {
      if (votes[i] === NO_VOTE) continue;
      cast++;
      ones += votes[i]!;
    }
    return ones / cast;
  });
}

/** The mean of all votes in the region. */
export function meanOfVotes(name: string, { counts, inside }: VotePatterns, means: Float64Array): number {
  let ones = 0;
  let cast = 0;
  means.forEach((mean, k) => {
    if (!inside[k] || Number.isNaN(mean)) return;
    ones += counts[k]! * mean;
    cast += counts[k]!;
  });
  if (!cast) fail(name, 'masks hold no vote at all in the region, expected one or more');
  return ones / cast;
}

export function startWeights({ counts }: VotePatterns, means: Float64Array): Weights {
  return {
    foreground: means.map((mean, k) => counts[k]! * mean),
    background: means.map((mean, k) => counts[k]! * (1 - mean)),
  };
}

/** Sums up W, one value per pixel, by pattern. */
export function weightsOf(patterns: VotePatterns, w: Float64Array): Weights {
  const { ids, counts } = patterns;
  const patternOf = placesOfIds(patterns);
  const foreground = new Float64Array(counts.length);
  const background = new Float64Array(counts.length);
  for (let j = 0; j < ids.length; j++) {
    const k = patternOf[ids[j]!]!;
    foreground[k]! += w[j]!;
    background[k]! += 1 - w[j]!;
  }
  return { foreground, background };
}

/** The mean vote of each pixel; its prior where nobody voted. */
export function startMap(patterns: VotePatterns, means: Float64Array, prior: number | Float64Array) {
  const w = spread(patterns, means);
  for (let j = 0; j < w.length; j++)
    if (Number.isNaN(w[j]!)) w[j] = typeof prior === 'number' ? prior : prior[j]!;
  return w;
}

/** The M-step: each rater's sensitivity and specificity, 1 where there is nothing to find. */
export function estimateRates(patterns: VotePatterns, { foreground, background }: Weights): Rates {
  const { raters, votes, counts, inside } = patterns;
  // Indexed by rater and vote: 0, 1 and NO_VOTE.
  const found = new Float64Array(raters * 3);
  const spared = new Float64Array(raters * 3);
  const cast = new Float64Array(raters * 3);
  for (let k = 0, at = 0; k < counts.length; k++, at += raters) {
    if (!inside[k]) continue;
    for (let i = 0; i < raters; i++) {
      const entry = i * 3 + votes[at + i]!;
      found[entry]! += foreground[k]!;
      spared[entry]! += background[k]!;
      cast[entry]! += counts[k]!;
    }
  }
  const rate = (sums: Float64Array, i: number, right: number) => {
    const part = sums[i * 3 + right]!;
    const all = sums[i * 3]! + sums[i * 3 + 1]!;
    if (all > 0) return part / all;
    return cast[i * 3]! + cast[i * 3 + 1]! > 0 ? 1 : Number.NaN;
  };
  return {
    sensitivity: Float64Array.from({ length: raters }, (_, i) => rate(found, i, 1)),
    specificity: Float64Array.from({ length: raters }, (_, i) => rate(spared, i, 0)),
  };
}

export function likelihoods({ raters, votes, counts, inside }: VotePatterns, rates: Rates): Likelihoods {
  // Indexed by rater and vote; the factor of NO_VOTE is 1.
  const logAlpha = new Float64Array(raters * 3);
  const logBeta = new Float64Array(raters * 3);
  for (let i = 0; i < raters; i++) {
    logAlpha[i * 3] = Math.log(1 - rates.sensitivity[i]!);
    logAlpha[i * 3 + 1] = Math.log(rates.sensitivity[i]!);
    logBeta[i * 3] = Math.log(rates.specificity[i]!);
    logBeta[i * 3 + 1] = Math.log(1 - rates.specificity[i]!);
  }
  const alpha = new Float64Array(counts.length).fill(1);
  const beta = new Float64Array(counts.length).fill(1);
  for (let k = 0, at = 0; k < counts.length; k++, at += raters) {
    if (!inside[k]) continue;
    let a = 0;
    let b = 0;
    for (let i = 0; i < raters; i++) {
      const entry = i * 3 + votes[at + i]!;
      a += logAlpha[entry]!;
      b += logBeta[entry]!;
    }
    const larger = Math.max(a, b);
    alpha[k] = larger === -Infinity ? 1 : Math.exp(a - larger);
    beta[k] = larger === -Infinity ? 1 : Math.exp(b - larger);
  }
  return { alpha, beta };
}

/** P(foreground) from a prior and two likelihoods; the prior where both vanish. */
export function bayes(prior: number, alpha: number, beta: number): number {
  const foreground = prior * alpha;
  const all = foreground + (1 - prior) * beta;
  return all > 0 ? foreground / all : prior;
}

/** The E-step with one prior: W is the same at all pixels of a pattern. */
export function onePrior(patterns: VotePatterns, means: Float64Array, prior: number) {
  const { counts, inside } = patterns;
  return (rates: Rates): Posterior => {
    const { alpha, beta } = likelihoods(patterns, rates);
    const w = means.map((mean, k) =>
      inside[k] || Number.isNaN(mean) ? bayes(prior, alpha[k]!, beta[k]!) : mean,
    );
    return {
      weights: {
        foreground: w.map((value, k) => counts[k]! * value),
        background: w.map((value, k) => counts[k]! * (1 - value)),
      },
      probability: () => spread(patterns, w),
    };
  };
}

/** The E-step with a prior per pixel: one pass over the pixels, which needs two numbers of a pixel's pattern. */
export function priorMap(patterns: VotePatterns, means: Float64Array, prior: Float64Array) {
  const { ids, occurring, inside } = patterns;
  const patternOf = placesOfIds(patterns);
  return (rates: Rates): Posterior => {
    const { alpha, beta } = likelihoods(patterns, rates);
    const foreground = new Float64Array(occurring.length);
    const background = new Float64Array(occurring.length);
    for (let j = 0; j < ids.length; j++) {
      const k = patternOf[ids[j]!]!;
      const w = bayes(prior[j]!, alpha[k]!, beta[k]!);
      foreground[k]! += w;
      background[k]! += 1 - w;
    }
    return {
      weights: { foreground, background },
      probability: () =>
        prior.map((g, j) => {
          const k = patternOf[ids[j]!]!;
          return inside[k] || Number.isNaN(means[k]!) ? bayes(g, alpha[k]!, beta[k]!) : means[k]!;
        }),
    };
  };
}

/** NaN, of a rater without a vote, does not count. */
export function largestChange(before: Rates, now: Rates): number {
  let largest = 0;
  for (const rate of ['sensitivity', 'specificity'] as const)
    now[rate].forEach((value, i) => {
      const change = Math.abs(value - before[rate][i]!);
      if (change > largest) largest = change;
    });
  return largest;
}
