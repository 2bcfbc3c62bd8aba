import { join } from 'node:path';
import sharp from 'sharp';
import { DataError } from '../problem.js';
import { readBmp } from './bmp.js';
import { readDicom } from './dicom.js';
import { readNifti } from './nifti.js';
import type { Raster, RasterLimits } from './pixels.js';
import { messageOf, type Tree } from './tree.js';

export interface RasterOptions extends RasterLimits {
  /**
   * Wants one channel, as of a mask. Faster than to look what the file has; where red, green and blue are the same, the
   * grey is exactly that.
   */
  grey?: boolean;
}

/**
 * Decodes a PNG, JPEG, TIFF, GIF, BMP, DICOM or NIfTI file of the tree. Samples of 16 bits in the first four come
 * down to 8; grey files give one channel.
 *
 * @throws DataError where the file is unreadable, truncated, or larger than the pixel limit.
 */
export async function readRaster(
  tree: Pick<Tree, 'root' | 'read'>,
  path: string,
  options: RasterOptions,
): Promise<Raster> {
  try {
    const extension = /\.(bmp|dcm|nii)(?:\.gz)?$/i.exec(path)?.[1]?.toLowerCase();
    if (extension === 'bmp') return await readBmp(await tree.read(path), options);
    if (extension === 'dcm') return await readDicom(await tree.read(path), options);
    if (extension === 'nii') return await readNifti(await tree.read(path), options);
    return await readPicture(join(tree.root, path), options);
  } catch (cause) {
    if (cause instanceof DataError) throw cause;
    throw new DataError(path, messageOf(cause), { cause });
  }
}

async function readPicture(file: string, { pixelLimit, grey }: RasterOptions): Promise<Raster> {
  // sharp reads and decodes on libuv's threads, and checks the header against the limit before it decodes.
  const picture = sharp(file, { limitInputPixels: pixelLimit, failOn: 'error' });
  const single = grey || (await picture.metadata()).channels === 1;
  const raw = single ? picture.toColourspace('b-w').raw() : picture.raw();
  const { data, info } = await raw.toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height, channels: info.channels, range: [0, 255] };
}
