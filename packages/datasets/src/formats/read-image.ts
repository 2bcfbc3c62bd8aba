import { basename, dirname } from 'node:path';
import { checkBoolean, checkInteger, checkNumber, checkOneOf, checkOptions, checkString } from '@diff/checks';
import type { Image } from '../dataset/case.js';
import { DataError, messageOf } from '../dataset/problem.js';
import { labelMapOf } from '../images/layers.js';
import { PIXEL_LIMIT, type Raster, type RasterLimits } from '../images/raster.js';
import { type SamplingOptions, sampledImage } from '../images/sampled.js';
import { filesUnder } from './files.js';
import { readRaster } from './read-raster.js';

export interface ReadImageOptions extends Pick<SamplingOptions, 'channels'> {
  /** Images of more pixels are refused before they are decoded. Default: 2²⁶, about 67 million. */
  pixelLimit?: number;
  /** Volumes in one piece of more voxels are refused before they are decoded. Default: 2²⁸, about 268 million. */
  voxelLimit?: number;
  /** Of a volume, or of a file of several pages, which slice to take, from 0. */
  slice?: number;
  /** Reads a volume in one piece: `depth` slices. Default: false. */
  volume?: boolean;
  /** What becomes of NaN in files of floats: `'refuse'` (default), or `'outside'`, which takes it for 0. */
  nan?: 'refuse' | 'outside';
  /** Values as the file has them, in place of levels from black 0 to white 1. Default: false. */
  stored?: boolean;
}

/**
 * One image file, whatever the loaders read: PNG, JPEG, TIFF, GIF, BMP, PGM, PPM, NIfTI, NRRD, MetaImage, DICOM.
 *
 * @throws DataError where the file is not there, unreadable, truncated, or larger than the pixel limit.
 */
export async function readImage(path: string, options: ReadImageOptions = {}): Promise<Image> {
  const who = 'readImage';
  checkString(who, 'path', path);
  checkOptions(who, options, ['channels', 'pixelLimit', 'voxelLimit', 'slice', 'volume', 'nan', 'stored']);
  const { pixelLimit = PIXEL_LIMIT, channels, slice, volume = false, nan, stored = false } = options;
  checkBoolean(who, 'volume', volume);
  checkBoolean(who, 'stored', stored);
  if (nan !== undefined) checkOneOf(who, 'nan', nan, ['refuse', 'outside']);
  if (channels !== undefined) checkOneOf(who, 'channels', channels, [1, 3]);
  if (slice !== undefined) checkInteger(who, 'slice', slice, 0);
  checkNumber(who, 'pixelLimit', pixelLimit, 1);
  if (options.voxelLimit !== undefined) checkNumber(who, 'voxelLimit', options.voxelLimit, 1);
  const raster = await readMap(path, { ...options, pixelLimit });
  const { width, height, depth, spacing, affine } = raster;
  if (options.stored)
    return {
      ...{ data: new Float32Array(raster.data), width, height, channels: raster.channels },
      ...(depth !== undefined && { depth }),
      ...(spacing && { spacing }),
      ...(affine && { affine }),
      ...(raster.dicom && { dicom: raster.dicom }),
    };
  return sampledImage(raster, { left: 0, top: 0, width, height }, { width, height }, options);
}

async function readMap(path: string, options: RasterLimits): Promise<Raster> {
  const raster = await readRaster(filesUnder(dirname(path)), basename(path), options);
  try {
    return labelMapOf(raster);
  } catch (cause) {
    throw new DataError(basename(path), messageOf(cause), { cause });
  }
}
