import { check, checkBoolean, checkInteger, checkNumber, checkOneOf, checkOptions } from '@diff/checks';
import type { Image } from '../dataset/case.js';
import { messageOf } from '../dataset/problem.js';
import { PIXEL_LIMIT } from '../images/raster.js';
import { niftiRaster, type Start } from './nifti-raster.js';

export interface DecodeNiftiOptions {
  /** Of a volume, which slice to take, from 0. */
  slice?: number;
  /** Reads a volume in one piece: `depth` slices. Default: false. */
  volume?: boolean;
  /** Larger volumes are refused before they are unpacked. Default: 2²⁸ voxels. */
  voxelLimit?: number;
  /** What becomes of NaN: `'refuse'` (default), or `'outside'`, which takes it for 0. */
  nan?: 'refuse' | 'outside';
}

/**
 * The image in the bytes of a NIfTI file, gzipped or not, in Node and browsers alike: its values as the file has them, scaled by its
 * slope and intercept, with its spacing and affine. `readImage(path, { stored: true })` gives the same of a file.
 *
 * @throws RangeError where it is no NIfTI file, truncated, or larger than the limit.
 */
export async function decodeNifti(bytes: Uint8Array, options: DecodeNiftiOptions = {}): Promise<Image> {
  const who = 'decodeNifti';
  check(bytes instanceof Uint8Array, who, 'bytes', bytes, 'a Uint8Array', 'other');
  checkOptions(who, options, ['slice', 'volume', 'voxelLimit', 'nan']);
  const { slice, volume = false, voxelLimit, nan } = options;
  if (slice !== undefined) checkInteger(who, 'slice', slice, 0);
  checkBoolean(who, 'volume', volume);
  if (voxelLimit !== undefined) checkNumber(who, 'voxelLimit', voxelLimit, 1);
  if (nan !== undefined) checkOneOf(who, 'nan', nan, ['refuse', 'outside']);
  try {
    const raster = await niftiRaster(startOf(bytes), { pixelLimit: PIXEL_LIMIT, ...options });
    const { data, width, height, channels, depth, spacing, affine } = raster;
    return {
      ...{ data: new Float32Array(data), width, height, channels },
      ...(depth !== undefined && { depth }),
      ...(spacing && { spacing }),
      ...(affine && { affine }),
    };
  } catch (cause) {
    throw new RangeError(`${who}: ${messageOf(cause)}`, { cause });
  }
}

/** Unpacks no more of a file than what is asked for. */
const startOf =
  (bytes: Uint8Array): Start =>
  async (length) => {
    if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes.subarray(0, length);
    const packed = new Blob([bytes as Uint8Array<ArrayBuffer>]).stream();
    const reader = packed.pipeThrough(new DecompressionStream('gzip')).getReader();
    // No byte is packed into less than one of 1032: where so little is packed, no more room is asked for.
    const all = new Uint8Array(Math.min(length, 1032 * bytes.length));
    let found = 0;
    while (found < all.length) {
      const { done, value } = await reader.read();
      if (done) return all.subarray(0, found);
      const part = value.subarray(0, all.length - found);
      all.set(part, found);
      found += part.length;
    }
    await reader.cancel();
    return all;
  };
