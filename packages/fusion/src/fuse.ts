import { check, checkOptions, fail, show } from '@diff/checks';
import { numbersOf } from './votes/numbers.js';
import { type Masks, type MaskValues, type Missing, panelOf } from './votes/panel.js';
import { fillUnrated, weightedMean } from './votes/weighted-mean.js';

export interface FuseOptions {
  missing?: Missing;
  /** What to write where every rater with some expertness is missing. Default: such a pixel is an error. */
  unrated?: number;
}

/** How far from 1 expertness may sum: what a softmax in single precision is off by. */
const SLACK = 1e-5;

/**
 * The fused label Σᵢ mᵢ · sᵢ of rater masks s and expertness m (Wu et al. 2022, "Opinions Vary? Diagnosis
 * First!", Eq. 2), in [0, 1] at each pixel. Expertness is one number per rater, or one map per rater, and sums to 1
 * over the raters (within 1e-5). Where a rater is missing, the others' expertness is scaled to sum to 1.
 *
 * @param masks one mask per rater, values in [0, 1]; `null` for a rater who is absent
 * @param expertness numbers, or maps as long as a mask; `null` stands for 0
 * @throws RangeError for expertness that is negative or does not sum to 1, and as `meanVote` does
 */
export function fuse(
  masks: Masks,
  expertness: readonly (number | MaskValues | null | undefined)[] | ArrayLike<number>,
  options: FuseOptions = {},
): Float64Array {
  checkOptions('fuse', options, ['missing', 'unrated']);
  const { missing, unrated } = options;
  if (unrated !== undefined) check(typeof unrated === 'number', 'fuse', 'unrated', unrated, 'a number');
  const panel = panelOf('fuse', masks, missing);
  const expected = `${panel.places} numbers or maps`;
  if (!Array.isArray(expertness) && !ArrayBuffer.isView(expertness))
    check(false, 'fuse', 'expertness', expertness, expected, 'other');
  if (expertness.length !== panel.places)
    fail('fuse', `expertness is ${show(expertness)}, expected ${expected}`);
  const list = Array.isArray(expertness) ? expertness : numbersOf('fuse', 'expertness', expertness);
  const given = Array.from<unknown, number | MaskValues>(list, (e, i) => {
    if (e == null) return 0;
    return typeof e === 'number' ? e : numbersOf('fuse', `expertness[${i}]`, e, panel.length);
  });
  checkSums(given, panel.length);
  const present = panel.raters.map(({ index }) => given[index]!);
  const absent = given.some((e, i) => e !== 0 && masks[i] == null);
  return fillUnrated('fuse', weightedMean(panel, present, !absent), unrated);
}

function checkSums(expertness: (number | MaskValues)[], length: number): void {
  const scalars = expertness.every((e) => typeof e === 'number');
  const sum = new Float64Array(scalars ? 1 : length);
  expertness.forEach((e, i) => {
    for (let j = 0; j < sum.length; j++) {
      const value = typeof e === 'number' ? e : e[j]!;
      if (!(value >= 0))
        check(false, 'fuse', `expertness[${i}]${scalars ? '' : `[${j}]`}`, value, '0 or more');
      sum[j]! += value;
    }
  });
  const off = sum.findIndex((total) => Math.abs(total - 1) > SLACK);
  if (off >= 0)
    fail('fuse', `expertness sums to ${sum[off]}${scalars ? '' : ` at pixel ${off}`}, expected 1`);
}
