import { checkOneOf, checkOptions, fail } from '@diff/checks';
import sharp from 'sharp';
import type { Image, Mask } from '../dataset/case.js';
import type { Size } from '../images/resample.js';
import { checkPlane } from '../images/sized.js';
import { picture } from './picture.js';

export interface PngOptions {
  /** Bits of a sample: 8 or 16. Default: 8. Levels are rounded to the nearest of 2⁸ or 2¹⁶ steps from 0 to 1. */
  bits?: 8 | 16;
}

/**
 * An image as the bytes of a PNG file. Levels below 0 and above 1 are cut.
 *
 * @throws RangeError where the data do not fill the image, it is a volume, or `bits` is neither 8 nor 16.
 */
export function encodePng(image: Image, options: PngOptions = {}): Promise<Buffer> {
  checkPlane('encodePng', image?.data, image);
  checkOptions('encodePng', options, ['bits']);
  const { bits = 8 } = options;
  checkOneOf('encodePng', 'bits', bits, [8, 16]);
  const { data, width, height, channels, depth = 1 } = image;
  if (depth > 1) fail('encodePng', `image has ${depth} slices, expected one plane`);
  checkOneOf('encodePng', 'image.channels', channels, [1, 3]);
  const white = 2 ** bits - 1;
  const step = (level: number) => Math.round(white * Math.min(1, Math.max(0, level)));
  const samples = bits === 8 ? Uint8Array.from(data, step) : Uint16Array.from(data, step);
  // Without a colour space named, sharp makes three 8-bit channels of whatever there is.
  const space = `${channels === 1 ? (bits === 8 ? 'b-w' : 'grey16') : bits === 8 ? 'srgb' : 'rgb16'}`;
  return sharp(samples, { raw: { width, height, channels: channels as 1 | 3 } })
    .toColourspace(space)
    .png()
    .toBuffer();
}

/** An image as 8-bit PNG: lossless, and exact where its values are whole 255ths. */
export function png(image: Image): Promise<Uint8Array> {
  return picture(image).png({ compressionLevel: 6 }).toBuffer();
}

/** A mask as grey PNG: 0 outside, 255 inside, degrees between in steps of 1/255. */
export function maskPng(mask: Mask, { width, height }: Size): Promise<Uint8Array> {
  return greyPng(mask.map((value) => Math.round(255 * value)) as Mask, { width, height });
}

/** Bytes as grey PNG. */
export function greyPng(grey: ArrayLike<number>, { width, height }: { width: number; height: number }) {
  return sharp(Uint8Array.from(grey), { raw: { width, height, channels: 1 } })
    .toColourspace('b-w')
    .png({ compressionLevel: 6 })
    .toBuffer();
}
