import { checkInteger, checkNumbers, checkObject, checkValues, fail } from '@diff/checks';
import type { DicomSource } from '../dataset/dicom-source.js';
import type { Size } from './resample.js';

/** How far values reach, and where they lie; as in `Image`. */
export interface Extent extends Size {
  depth?: number;
  channels?: number;
  spacing?: readonly number[];
  affine?: readonly number[];
  dicom?: DicomSource;
}

/** @throws RangeError where the values do not fill the plane (its slices, its channels), or one is not finite. */
export function checkPlane(who: string, values: ArrayLike<number>, extent: Extent): void {
  checkNumbers(who, 'values', values);
  checkObject(who, 'image', extent);
  const { width, height, depth = 1, channels = 1, spacing, affine } = extent;
  for (const [name, size] of Object.entries({ width, height, depth, channels }))
    checkInteger(who, name, size, 1);
  const sizes = [...(depth > 1 ? [depth] : []), height, width, channels];
  const wanted = sizes.reduce((product, size) => product * size, 1);
  if (values.length !== wanted)
    fail(who, `there are ${values.length} values, expected ${sizes.join(' × ')} = ${wanted}`);
  checkValues(who, 'values', values);
  if (spacing !== undefined) {
    checkNumbers(who, 'spacing', spacing);
    checkValues(who, 'spacing', spacing, Number.MIN_VALUE);
  }
  if (affine !== undefined) {
    checkNumbers(who, 'affine', affine, { length: 16 });
    checkValues(who, 'affine', affine);
  }
}
