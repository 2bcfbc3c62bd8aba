import type { Raster, RasterLimits } from '../images/raster.js';
import { readVoxels, type VoxelHeader } from './voxels.js';

/** Voxels that are written as numbers, as NRRD and MetaImage may have them. @throws Error where there are too few, or one is none. */
export function fromText(
  text: string,
  header: Omit<VoxelHeader, 'offset'>,
  limits: RasterLimits,
): Promise<Raster> {
  const words = text.split(/[\s,]+/).filter(Boolean);
  return readVoxels({ ...header, type: 'float64', little: true, offset: 0 }, limits, async (length) => {
    const count = length / 8;
    if (words.length < count) throw new Error(`truncated: ${words.length} values, expected ${count}`);
    const bytes = Buffer.alloc(length);
    for (let i = 0; i < count; i++) {
      const value = Number(words[i]);
      if (Number.isNaN(value) && !/^nan$/i.test(words[i]!))
        throw new Error(`value ${i} is "${words[i]}", expected a number`);
      bytes.writeDoubleLE(value, 8 * i);
    }
    return bytes;
  });
}
