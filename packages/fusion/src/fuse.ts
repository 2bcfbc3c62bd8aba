import { checkLength, describe, type Mask, type Masks, type Missing, panelOf } from './votes/panel.js';
import { weightedMean } from './votes/weighted-mean.js';

export interface FuseOptions {
  missing?: Missing;
  /** What to write where every rater with some expertness is missing; left out, such a pixel is an error. */
  unrated?: number;
}

/** How far expertness may sum beside 1: what a softmax in single precision is off by. */
const SLACK = 1e-5;

/**
 * The fused label Σᵢ mᵢ · sᵢ of rater masks s and expertness m (Wu et al. 2022, "Opinions Vary? Diagnosis
 * First!", Eq. 2): per pixel, in [0, 1]. Expertness is one number a rater, or one map a rater, and sums to 1
 * over the raters (within 1e-5). Where a rater is missing, the others' expertness is scaled to sum to 1.
 *
 * @param masks one mask a rater, values in [0, 1]; `null` for a rater who is absent
 * @param expertness numbers, or maps as long as a mask; `null` stands for 0
 * @throws RangeError for expertness that is negative or does not sum to 1, and as `averageVote` does
 */
export function fuse(
  masks: Masks,
  expertness: readonly (number | Mask | null | undefined)[],
  { missing, unrated }: FuseOptions = {},
): Float64Array {
  const panel = panelOf('fuse', masks, missing);
  if (!Array.isArray(expertness) || expertness.length !== masks.length)
    throw new RangeError(
      `fuse: expertness is ${describe(expertness)}, expected ${masks.length} numbers or maps`,
    );
  const given = expertness.map((e) => e ?? 0);
  checkSums(given, panel.length);
  const absent = panel.raters.length < masks.length && given.some((e, i) => masks[i] == null && e !== 0);
  const present = panel.raters.map(({ index }) => given[index]!);
  return weightedMean(panel, present, unrated, !absent);
}

function checkSums(expertness: (number | Mask)[], length: number): void {
  const scalars = expertness.every((e) => typeof e === 'number');
  const sum = new Float64Array(scalars ? 1 : length);
  expertness.forEach((e, i) => {
    if (typeof e !== 'number') checkLength(`fuse: expertness[${i}]`, e, length);
    for (let j = 0; j < sum.length; j++) {
      const value = typeof e === 'number' ? e : e[j]!;
      if (!(value >= 0))
        throw new RangeError(
          `fuse: expertness[${i}]${scalars ? '' : `[${j}]`} is ${value}, expected 0 or more`,
        );
      sum[j]! += value;
    }
  });
  const off = sum.findIndex((total) => Math.abs(total - 1) > SLACK);
  if (off >= 0)
    throw new RangeError(
      `fuse: expertness sums to ${sum[off]}${scalars ? '' : ` at pixel ${off}`}, expected 1`,
    );
}
