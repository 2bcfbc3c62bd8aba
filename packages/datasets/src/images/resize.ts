import { checkInteger, checkObject, checkOneOf, checkOptions, fail } from '@diff/checks';
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
 * An image stretched to a size, as the loaders' `size` does it: to a square, or to the width and height of anything that has them,
 * such as another image. A mask is an image of one channel. An image that has this size already comes back as it is.
 *
 * @throws RangeError where the data do not fill the image, it is a volume, or a side of `size` is not a whole number from 1 up.
 */
export function resize(image: Image, size: number | Size, options: ResizeOptions = {}): Image {
  const who = 'resize';
  checkPlane(who, image?.data, image);
  checkInteger(who, 'image.channels', image.channels, 1);
  if (image.depth !== undefined && image.depth > 1)
    fail(who, `image is a volume of ${image.depth} slices, expected one plane`);
  const square = typeof size === 'number';
  if (!square) checkObject(who, 'size', size, 'a number of pixels, or { width, height }');
  const { width, height } = square ? { width: size, height: size } : size;
  checkInteger(who, square ? 'size' : 'size.width', width, 1);
  checkInteger(who, square ? 'size' : 'size.height', height, 1);
  checkOptions(who, options, ['by']);
  const { by = 'area' } = options;
  checkOneOf(who, 'by', by, ['area', 'bilinear']);
  if (width === image.width && height === image.height) return image;
  const whole = { left: 0, top: 0, width: image.width, height: image.height };
  return {
    data: resample(image.data, image, whole, { width, height }, by),
    width,
    height,
    channels: image.channels,
  };
}
