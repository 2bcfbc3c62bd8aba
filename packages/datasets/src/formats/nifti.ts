import type { Raster, RasterLimits } from '../images/raster.js';
import { startOf } from './inflate.js';
import { niftiRaster, type Start } from './nifti-raster.js';

/** `niftiRaster` of files as Node reads them, gzipped or not. No more is unpacked than what is read. */
export const readNifti = (file: Buffer, limits: RasterLimits, separate?: Buffer): Promise<Raster> =>
  niftiRaster(from(file), limits, separate && from(separate));

const from =
  (file: Buffer): Start =>
  (length) =>
    startOf(file, length);
