import { DataError, messageOf } from '../dataset/problem.js';
import type { Raster } from '../images/raster.js';
import { readBmp } from './bmp.js';
import { readDicom } from './dicom.js';
import type { Files } from './files.js';
import { readNifti } from './nifti.js';
import { type PictureOptions, readPicture } from './picture.js';

/**
 * Decodes a PNG, JPEG, TIFF, GIF, BMP, DICOM or NIfTI file. Samples keep
 * their depth; grey files give one channel.
 *
 * @throws DataError where the file is unreadable, truncated, or larger than the pixel limit.
 */
export async function readRaster(files: Files, path: string, options: PictureOptions): Promise<Raster> {
  try {
    const extension = /\.(bmp|dcm|nii)(?:\.gz)?$/i.exec(path)?.[1]?.toLowerCase();
    if (extension === 'bmp') return await readBmp(await files.read(path), options);
    if (extension === 'dcm') return await readDicom(await files.read(path), options);
    if (extension === 'nii') return await readNifti(await files.read(path), options);
    return await readPicture(await files.read(path), options);
  } catch (cause) {
    if (cause instanceof DataError) throw cause;
    throw new DataError(path, messageOf(cause), { cause });
  }
}
