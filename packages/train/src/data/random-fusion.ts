import { checkNumber, checkOptions } from '@diff/checks';
import type { RaterMask } from './example.js';
import { type Labels, ratersOf } from './labels.js';

/**
 * A convex combination Σ w_r · mask_r of the raters' masks, its weights drawn for every image and step:
 * w_r = E_rᵏ / Σ E_sᵏ over the raters who outlined the structure, E ~ Exp(1). A network that is trained on it can read any
 * fusion of these raters. All structures of an image share the draw.
 *
 * @param options.sharpness k. 0 is the mean vote, 1 draws evenly from all combinations, more than that tends to a single
 *   rater. Default: 2.
 * @throws RangeError for a sharpness that is negative or not finite.
 */
export function randomFusion(options: { sharpness?: number } = {}): Labels {
  checkOptions('randomFusion', options, ['sharpness']);
  const { sharpness = 2 } = options;
  checkNumber('randomFusion', 'sharpness', sharpness, 0);
  return {
    config: { name: 'randomFusion', sharpness },
    draw(example, random) {
      const raters = ratersOf('randomFusion', example);
      // Never 0, so that somebody always has weight.
      const draws = raters[0]!.map(() => Math.max(-Math.log(1 - random.uniform()), 1e-12));
      return raters.map((masks) => combination(masks, draws, sharpness));
    },
  };
}

function combination(
  masks: readonly (RaterMask | null)[],
  draws: readonly number[],
  sharpness: number,
): Float32Array {
  const present = [...masks.keys()].filter((rater) => masks[rater]);
  // By the largest draw, so that no power under- or overflows.
  const largest = Math.max(...present.map((rater) => draws[rater]!));
  const powers = present.map((rater) => (draws[rater]! / largest) ** sharpness);
  const sum = powers.reduce((total, power) => total + power, 0);
  const fused = new Float32Array(masks[present[0]!]!.length);
  for (const [i, rater] of present.entries()) {
    const weight = powers[i]! / sum;
    const mask = masks[rater]!;
    for (let p = 0; p < fused.length; p++) fused[p]! += weight * mask[p]!;
  }
  return fused;
}
