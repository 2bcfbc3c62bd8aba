import { check, fail } from '@diff/checks';
import { hasHoles, isMissing, type MaskValues, type Panel } from './panel.js';

/**
 * Σᵢ wᵢ mᵢ / Σᵢ wᵢ over the raters who voted, with one weight (or one map of weights) per rater present.
 * `normalized` weights sum to 1 already, but for rounding, and are divided by their sum only where a vote is missing; a mean
 * is 1 at most all the same. Where nobody voted: NaN.
 */
export function weightedMean(
  panel: Panel,
  weights: (number | MaskValues)[],
  normalized = false,
): Float64Array {
  const { name, raters, length } = panel;
  const sum = new Float64Array(length);
  const whole = normalized && !raters.some((rater) => hasHoles(panel, rater));
  const total = whole ? undefined : new Float64Array(length);
  raters.forEach((rater, i) => {
    const holes = hasHoles(panel, rater);
    const map = weights[i]!;
    for (let j = 0; j < length; j++) {
      if (holes && isMissing(panel, rater, j)) continue;
      const value = rater.mask[j]!;
      if (!(value >= 0 && value <= 1))
        check(false, name, `masks[${rater.index}][${j}]`, value, 'a number from 0 to 1');
      const weight = typeof map === 'number' ? map : map[j]!;
      sum[j]! += weight * value;
      if (total) total[j]! += weight;
    }
  });
  for (let j = 0; j < length; j++) {
    if (!total) sum[j] = Math.min(1, sum[j]!);
    else sum[j] = total[j]! > 0 ? sum[j]! / total[j]! : Number.NaN;
  }
  return sum;
}

/** Writes `unrated` where nobody voted, or refuses such a pixel if there is nothing to write. */
export function fillUnrated(name: string, mean: Float64Array, unrated: number | undefined): Float64Array {
  for (let j = 0; j < mean.length; j++) {
    if (!Number.isNaN(mean[j]!)) continue;
    mean[j] = unrated ?? refuseUnrated(name, j);
  }
  return mean;
}

export function refuseUnrated(name: string, pixel: number): never {
  return fail(name, `nobody voted at pixel ${pixel}, expected a vote or the option unrated`);
}
