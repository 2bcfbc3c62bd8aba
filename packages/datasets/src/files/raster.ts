import sharp from 'sharp';
import { DataError } from '../problem.js';
import { readBmp } from './bmp.js';
import { readDicom } from './dicom.js';
import { readNifti } from './nifti.js';
import type { Raster, RasterLimits } from './pixels.js';
import { messageOf, type Tree } from './tree.js';

/** What {@link readRaster} reads, as the end of a pattern. */
export const RASTER = String.raw`\.(?:png|jpe?g|tiff?|gif|bmp|dcm|nii|nii\.gz)$`;

/**
 * Decodes a PNG, JPEG, TIFF, GIF, BMP, DICOM or NIfTI file of the tree. Samples of 16 bits in the first four come
 * down to 8; grey files give one channel.
 *
 * @throws DataError where the file is unreadable, truncated, or larger than the pixel limit.
 */
export async function readRaster(tree: Tree, path: string, limits: RasterLimits): Promise<Raster> {
  const bytes = await tree.read(path);
  const extension = /\.(bmp|dcm|nii)(?:\.gz)?$/i.exec(path)?.[1]?.toLowerCase();
  try {
    if (extension === 'bmp') return await readBmp(bytes, limits);
    if (extension === 'dcm') return await readDicom(bytes, limits);
    if (extension === 'nii') return await readNifti(bytes, limits);
    return await readPicture(bytes, limits);
  } catch (cause) {
    throw new DataError(path, messageOf(cause), { cause });
  }
}

/** Where a PNG file says of what colour type it is; 0 is grey. */
const PNG_COLOUR_TYPE = 25;
const PNG = Buffer.from('\x89PNG', 'latin1');

async function readPicture(bytes: Buffer, { pixelLimit }: RasterLimits): Promise<Raster> {
  // sharp decodes on libuv's threads, and checks the header against the limit before it decodes.
  const picture = sharp(bytes, { limitInputPixels: pixelLimit, failOn: 'error' });
  // Reading a PNG's colour type here saves the tenth of the time that asking sharp takes for small files.
  const grey = bytes.subarray(0, 4).equals(PNG)
    ? bytes[PNG_COLOUR_TYPE] === 0
    : (await picture.metadata()).channels === 1;
  const raw = grey ? picture.toColourspace('b-w').raw() : picture.raw();
  const { data, info } = await raw.toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height, channels: info.channels, range: [0, 255] };
}
