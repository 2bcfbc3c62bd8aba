import { hasHoles, isMissing, type Mask, type Panel } from './panel.js';

/**
 * Σᵢ wᵢ mᵢ / Σᵢ wᵢ over the raters who voted, with one weight (or one map of weights) a rater present;
 * `normalized` weights sum to 1 already and are divided by their sum only where a vote is missing.
 */
export function weightedMean(
  panel: Panel,
  weights: (number | Mask)[],
  unrated: number | undefined,
  normalized = false,
): Float64Array {
  const { name, raters, length } = panel;
  const sum = new Float64Array(length);
  const total =
    normalized && !raters.some((rater) => hasHoles(panel, rater)) ? undefined : new Float64Array(length);
  raters.forEach((rater, i) => {
    const holes = hasHoles(panel, rater);
    const map = weights[i]!;
    for (let j = 0; j < length; j++) {
      if (holes && isMissing(panel, rater, j)) continue;
      const value = rater.mask[j]!;
      if (!(value >= 0 && value <= 1))
        throw new RangeError(`${name}: masks[${rater.index}][${j}] is ${value}, expected a value in [0, 1]`);
      const weight = typeof map === 'number' ? map : map[j]!;
      sum[j]! += weight * value;
      if (total) total[j]! += weight;
    }
  });
  if (!total) return sum;
  for (let j = 0; j < length; j++) {
    if (total[j]! > 0) sum[j]! /= total[j]!;
    else if (unrated !== undefined) sum[j] = unrated;
    else throw new RangeError(`${name}: no vote at pixel ${j}, expected one or the option \`unrated\``);
  }
  return sum;
}
