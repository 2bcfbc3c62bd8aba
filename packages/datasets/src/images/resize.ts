import type { Image } from '../dataset/case.js';
import { type Interpolation, resample, type Size } from './resample.js';
import { checkPlane } from './sized.js';

export interface ResizeOptions {
  /**
   * `'area'` (default): the mean over what a pixel of the result covers. `'bilinear'`: between the four pixels around its
   * centre; for enlarging.
   */
  by?: Interpolation;
}

/**
 * An image stretched to a size, as the loaders' `size` does it; a mask is an image of one channel. An image that has this size already
 * comes back as it is.
 *
 * @throws RangeError where the data do not fill the image, or a side of `size` is not a whole number from 1 up.
 */
export function resize(image: Image, size: number | Size, { by = 'area' }: ResizeOptions = {}): Image {
  const { width, height } = typeof size === 'number' ? { width: size, height: size } : size;
  if (![width, height].every((side) => Number.isInteger(side) && side > 0))
    throw new RangeError(`resize: size is ${JSON.stringify(size)}, expected whole numbers from 1 up`);
  checkPlane('resize', image.data, image);
  if (width === image.width && height === image.height) return image;
  const whole = { left: 0, top: 0, width: image.width, height: image.height };
  return {
    data: resample(image.data, image, whole, { width, height }, by),
    width,
    height,
    channels: image.channels,
  };
}
