import { posix } from 'node:path';
import { DataError, messageOf } from '../dataset/problem.js';
import { ofOneHue } from '../images/one-hue.js';
import { type Raster, VOXEL_LIMIT } from '../images/raster.js';
import { otherHalf, readBeside } from './beside.js';
import { readBmp } from './bmp.js';
import { readDicom } from './dicom.js';
import { isDicom } from './dicom-file.js';
import type { Files } from './files.js';
import { readMetaImage } from './metaimage.js';
import { readNifti } from './nifti.js';
import { readNrrd } from './nrrd.js';
import { type PictureOptions, readPicture } from './picture.js';
import { readPnm } from './pnm.js';

type Reader = (bytes: Buffer, options: PictureOptions, files: Files, path: string) => Promise<Raster>;

/** By extension; all else is DICOM or a picture, as its first bytes say. */
const READERS: Readonly<Record<string, Reader>> = {
  bmp: readBmp,
  dcm: readDicom,
  nii: (bytes, options) => readNifti(bytes, options),
  hdr: async (bytes, options, files, path) =>
    readNifti(
      bytes,
      options,
      await readBeside(files, path, posix.basename(await otherHalf(files, path, 'img'))),
    ),
  img: async (bytes, options, files, path) =>
    readNifti(
      await readBeside(files, path, posix.basename(await otherHalf(files, path, 'hdr'))),
      options,
      bytes,
    ),
  nrrd: (bytes, options, files, path) => readNrrd(bytes, options, (name) => readBeside(files, path, name)),
  nhdr: (bytes, options, files, path) => readNrrd(bytes, options, (name) => readBeside(files, path, name)),
  mha: (bytes, options, files, path) =>
    readMetaImage(bytes, options, (name) => readBeside(files, path, name)),
  mhd: (bytes, options, files, path) =>
    readMetaImage(bytes, options, (name) => readBeside(files, path, name)),
  pgm: readPnm,
  ppm: readPnm,
  pnm: readPnm,
};

const EXTENSION = new RegExp(`\\.(${Object.keys(READERS).join('|')})(?:\\.gz)?$`, 'i');

/**
 * Decodes a file of any format that is read: PNG, JPEG, TIFF, GIF, BMP, PGM, PPM, DICOM, NIfTI, NRRD, MetaImage. Samples
 * keep their depth; grey files give one channel.
 *
 * @throws DataError where the file is unreadable, truncated, or larger than the pixel limit.
 */
export async function readRaster(files: Files, path: string, options: PictureOptions): Promise<Raster> {
  try {
    // At least as many as the voxels that are allowed have as floats.
    const { voxelLimit = VOXEL_LIMIT } = options;
    const bytes = await files.read(path, 4 * Math.max(voxelLimit, VOXEL_LIMIT));
    const known = READERS[EXTENSION.exec(path)?.[1]?.toLowerCase() ?? ''];
    const reader = known ?? (isDicom(bytes) ? readDicom : readPicture);
    const raster = await reader(bytes, options, files, path);
    return options.oneHue && !raster.lossy ? ofOneHue(raster) : raster;
  } catch (cause) {
    if (cause instanceof DataError) throw cause;
    throw new DataError(path, messageOf(cause), { cause });
  }
}
