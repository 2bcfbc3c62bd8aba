import { checkOptions } from '@diff/checks';
import { planar, type ShapeOptions } from '../geometry.js';
import { checkPair, checkReturned, type Numbers, orEmpty, ratio } from '../numbers.js';

/**
 * Vertical diameter of a 2-D mask, as in the REFUGE evaluation: the largest number of mask pixels in one
 * column, times `spacing[0]`. `shape` is `[height, width]`.
 *
 * @throws RangeError where the mask is empty and no `empty` is given; for a `shape` or `spacing` that does not
 * fit, and values that are not finite
 * @see Orlando et al., *REFUGE Challenge*, Medical Image Analysis, 2020
 */
export function verticalDiameter(mask: Numbers, options: ShapeOptions): number {
  return (
    tallest('verticalDiameter', 'mask', mask, options) ||
    orEmpty('verticalDiameter', options.empty, 'mask is an empty mask')
  );
}

/**
 * Vertical cup-to-disc ratio of an eye's optic nerve head: `verticalDiameter` of the cup over that of the
 * disc. 0 for an empty cup. `shape` is `[height, width]`.
 *
 * @throws RangeError where the disc is empty and no `empty` is given; for arrays of unequal length, a `shape`
 * that does not fit, and values that are not finite
 */
export function verticalCupToDiscRatio(cup: Numbers, disc: Numbers, options: ShapeOptions): number {
  const caller = 'verticalCupToDiscRatio';
  checkPair(caller, 'cup', cup, 'disc', disc);
  return ratio(
    caller,
    tallest(caller, 'cup', cup, options),
    tallest(caller, 'disc', disc, options),
    options.empty,
    'disc is an empty mask',
  );
}

function tallest(caller: string, name: string, mask: Numbers, options: ShapeOptions): number {
  checkOptions(caller, options, ['shape', 'spacing', 'threshold', 'empty']);
  checkReturned(caller, 'empty', options?.empty);
  const { inside, width, stepY } = planar(caller, name, mask, options);
  const columns = new Float64Array(width);
  inside.forEach((value, i) => {
    columns[i % width]! += value;
  });
  return columns.reduce((most, count) => Math.max(most, count)) * stepY;
}
