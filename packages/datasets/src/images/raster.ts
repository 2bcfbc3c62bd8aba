import type { DicomSource } from '../dataset/dicom-source.js';

/** Decoded pixels as they lie in the file: row-major, channels last, alpha included where there is one. */
export interface Raster {
  data: Uint8Array | Float32Array;
  width: number;
  height: number;
  channels: number;
  /** The values that an image shows as black and as white. */
  range: readonly [black: number, white: number];
  /** The largest value that a sample of the file can have, 255 or 65535; absent where its values are what they are. */
  white?: number | undefined;
  /** As in `Image`: what the file says of its slices and of where its pixels lie. */
  depth?: number;
  spacing?: readonly number[] | undefined;
  affine?: readonly number[] | undefined;
  /** Of DICOM: what an image is called, and what a mask was made on. */
  dicom?: DicomSource;
  refers?: { frame?: string; instances: readonly string[] };
  /** Values are near those that were meant, as in JPEG. */
  lossy?: true;
  /** Values are numbers of labels, as in a palette of colours. */
  labels?: true;
  /** Masks that may overlap, of which one is to be chosen; `data` is then empty. */
  layers?: readonly Layer[];
  /** One of several masks, which is chosen already: its values are 0 and 1, or degrees. */
  chosen?: true;
  /** Beyond its voxels nothing is inside: it may be a part of its image's grid. */
  partial?: true;
}

/** One of several masks of a file, which may overlap. */
export interface Layer {
  number: number;
  name: string;
  /** 0 and 1, or degrees. */
  data: Uint8Array | Float32Array;
}

/** The most pixels of a picture unless the caller says otherwise. */
export const PIXEL_LIMIT = 2 ** 26;

/** The most voxels of a volume that is read in one piece. */
export const VOXEL_LIMIT = 2 ** 28;

export interface RasterLimits {
  /** Images of more pixels are refused before they are decoded. */
  pixelLimit: number;
  /** Which slice of a volume, or page of a file of several, to take. */
  slice?: number;
  /** Of so many slices the first is taken where nobody says which. Default: 1, so of several none. */
  firstOf?: number;
  /** Reads a volume in one piece. */
  volume?: boolean;
  /** The image, for what is drawn on its grid. */
  onto?: Raster;
  voxelLimit?: number;
  /** What becomes of NaN in files of floats: `'refuse'` (default), or `'outside'`, which takes it for 0. */
  nan?: 'refuse' | 'outside';
}

/** @throws Error where a header asks for no pixels, or for more than the limit. */
export function checkPixels(
  width: number,
  height: number,
  { pixelLimit }: Pick<RasterLimits, 'pixelLimit'>,
): void {
  if (!(width > 0 && height > 0)) throw new Error(`the header says ${width}×${height} pixels`);
  if (width * height > pixelLimit) {
    throw new Error(`the header says ${width}×${height} pixels, more than the limit of ${pixelLimit}`);
  }
}

/**
 * Which of `count` slices (or pages, …) to take: the only one, or the one that was asked for.
 *
 * @throws Error where there are several and none was asked for, or not so many.
 */
export function chosenSlice(count: number, { slice, firstOf = 1 }: RasterLimits, what = 'slices'): number {
  if (count === 1) return 0;
  if (slice === undefined && count <= firstOf) return 0;
  if (slice === undefined)
    throw new Error(`it has ${count} ${what}: the option slice says which to take, from 0`);
  if (slice < count) return slice;
  throw new Error(`slice ${slice} of ${count} ${what}, counted from 0`);
}

/** The smallest and the largest of values. @throws Error where one is not finite. */
export function extremesOf(values: ArrayLike<number>): readonly [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (!Number.isFinite(value)) throw new Error(notFinite(`value ${i}`, value));
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return [low, high];
}

/** What shows as black and white of values that have no scale: 0 and 1 where all are between, else their extremes. */
export function rangeOf(values: ArrayLike<number>): readonly [number, number] {
  const [low, high] = extremesOf(values);
  return low >= 0 && high <= 1 ? [0, 1] : [low, high];
}

/** Says that a value is not finite, and what would help where it is NaN. */
export const notFinite = (what: string, value: number) =>
  `${what} is ${value}${Number.isNaN(value) ? ": the option nan: 'outside' takes it for 0" : ''}`;
