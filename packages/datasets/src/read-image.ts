import { basename, dirname } from 'node:path';
import type { Image } from './case.js';
import { readRaster } from './files/raster.js';
import { filesUnder } from './files/tree.js';
import { PIXEL_LIMIT } from './loaders/layout.js';
import type { LoaderOptions } from './loaders/options.js';
import { sampledImage } from './loaders/sampled.js';

export interface ReadImageOptions extends Pick<LoaderOptions, 'channels' | 'pixelLimit'> {
  /** Of a volume (NIfTI), which slice to take, from 0. */
  slice?: number;
}

/**
 * One image file, whatever the loaders read: PNG, JPEG, TIFF, GIF, BMP, NIfTI (a slice), DICOM (uncompressed).
 *
 * @throws DataError where the file is not there, unreadable, truncated, or larger than the pixel limit.
 */
export async function readImage(path: string, options: ReadImageOptions = {}): Promise<Image> {
  const { pixelLimit = PIXEL_LIMIT } = options;
  const raster = await readRaster(filesUnder(dirname(path)), basename(path), { ...options, pixelLimit });
  const { width, height } = raster;
  return sampledImage(raster, { left: 0, top: 0, width, height }, { width, height }, options);
}
