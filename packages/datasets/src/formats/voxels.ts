import { type Affine, shifted, spacingOf } from '../images/affine.js';
import {
  checkPixels,
  chosenSlice,
  extremesOf,
  notFinite,
  type Raster,
  type RasterLimits,
  VOXEL_LIMIT,
} from '../images/raster.js';
import { SAMPLES, type SampleType } from './samples.js';

/** What the header of a volume says. */
export interface VoxelHeader {
  /** Along each axis, x first. */
  sizes: readonly number[];
  type: SampleType;
  little: boolean;
  /** Where the voxels begin, in bytes. */
  offset: number;
  /** Values are `slope` times what is stored, plus `intercept`. */
  scale?: readonly [slope: number, intercept: number];
  affine?: Affine | undefined;
  /** Where there is no affine. */
  spacing?: readonly number[] | undefined;
  range?: readonly [number, number];
}

/**
 * The voxels of a plane, of one slice of a volume, or with `volume` of all of it; x runs along the rows. No more is asked
 * of `start` (the first so many bytes of the file) than what is used, and sizes are checked before anything is.
 *
 * @throws Error where sizes are beyond the limits, the file is too short, or a value is not finite (NaN with
 * `nan: 'outside'` is 0).
 */
export async function readVoxels(
  header: VoxelHeader,
  limits: RasterLimits,
  start: (length: number) => Promise<Uint8Array>,
): Promise<Raster> {
  const { width, height, slices, whole, slice } = extentOf(header, limits);
  const { type, little, scale, offset } = header;
  const { bytes: size, read } = SAMPLES[type];
  const count = width * height * (whole ? slices : 1);
  const from = offset + slice * width * height * size;
  const bytes = await start(from + count * size);
  if (bytes.length < from + count * size)
    throw new Error(`truncated: ${bytes.length} bytes, expected ${from + count * size}`);
  const place = {
    ...{ width, height, channels: 1 },
    ...(whole && { depth: slices }),
    ...placed(header, whole ? 0 : slice),
  };
  const [slope, intercept] = scale ?? [1, 0];
  if (type === 'uint8' && slope === 1 && intercept === 0) {
    const data = new Uint8Array(bytes.subarray(from, from + count));
    const range = extremesOf(data);
    // Bytes of up to 255 are levels as in a picture; of up to 1 they are what they are.
    return { data, ...place, range: header.range ?? range, ...(!scale && range[1] > 1 && { white: 255 }) };
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const data = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    const value = read(view, from + i * size, little) * slope + intercept;
    data[i] = Number.isNaN(value) && limits.nan === 'outside' ? 0 : value;
    if (!Number.isFinite(data[i])) throw new Error(notFinite(`voxel ${i}`, data[i]!));
  }
  return { data, ...place, range: header.range ?? extremesOf(data) };
}

function extentOf({ sizes }: VoxelHeader, limits: RasterLimits) {
  if (!sizes.every((size) => Number.isSafeInteger(size) && size > 0))
    throw new Error(`the header says ${sizes.join('×')} voxels`);
  const [width = 1, height = 1, ...more] = sizes;
  checkPixels(width, height, limits);
  const slices = more.reduce((product, size) => product * size, 1);
  const whole = limits.volume === true && slices > 1;
  if (whole && slices !== more[0]) throw new Error(`${sizes.join(' × ')} voxels, expected three axes`);
  if (whole) checkPixels(width, height * slices, { pixelLimit: limits.voxelLimit ?? VOXEL_LIMIT });
  return { width, height, slices, whole, slice: whole ? 0 : chosenSlice(slices, limits) };
}

/** Where the voxels from `front` on lie. */
function placed({ affine, spacing }: VoxelHeader, front: number): Pick<Raster, 'affine' | 'spacing'> {
  if (![...(affine ?? []), ...(spacing ?? [])].every(Number.isFinite))
    throw new Error('its header says where its voxels lie by numbers that are not finite');
  if (affine) {
    const moved = shifted(affine, { front });
    return { affine: moved, spacing: spacingOf(moved) };
  }
  return spacing?.some((size) => size !== 1) ? { spacing } : {};
}
