import {
  check,
  checkBoolean,
  checkInteger,
  checkNumber,
  checkObject,
  checkOneOf,
  checkOptions,
  checkString,
} from '@diff/checks';
import { GRID_RULES, type GridRule } from '../../images/grid.js';
import type { Size } from '../../images/resample.js';
import type { SamplingOptions } from '../../images/sampled.js';

/** What every loader of files takes. */
export interface LoaderOptions extends SamplingOptions {
  /** Size of the delivered images and masks, in pixels; a number means a square. Default: as in the file, or as cropped. */
  size?: number | Size;
  /**
   * `'stretch'` (default): the picture fills `size`, whatever that does to its proportions. `'keep'`: it keeps them,
   * is centred, and black bars fill the rest.
   */
  aspect?: 'stretch' | 'keep';
  crop?: Crop;
  /** Reads the masks of these raters alone. */
  raters?: readonly string[];
  /** Reads the masks of these structures alone. */
  structures?: readonly string[];
  /**
   * What becomes of a case that lacks a mask, or has one that cannot be used: `'keep'` (default) delivers it without,
   * `'skip'` leaves it out, both noting a problem; `'error'` throws.
   */
  missing?: 'keep' | 'skip' | 'error';
  /** Throws a `DataError` at the first problem of any kind. Default: `false`. */
  strict?: boolean;
  /**
   * Where files say where their voxels lie (NIfTI, DICOM, NRRD, MHA), what becomes of a mask that lies elsewhere than its image: `'same'`
   * (default) turns and flips it onto the image's voxels where they coincide, else refuses it; `'nearest'` resamples
   * it; `'index'` takes voxel for voxel as stored.
   */
  grid?: GridRule;
  /** How many cases to decode ahead. Default: 4. */
  prefetch?: number;
  /** Images of more pixels are refused before they are decoded. Default: 2²⁶, about 67 million. */
  pixelLimit?: number;
  /** Volumes in one piece of more voxels are refused before they are decoded. Default: 2²⁸, about 268 million. */
  voxelLimit?: number;
  /**
   * CSV and XLSX tables of more bytes, unpacked too, are refused, and workbooks that span more than a sixteenth as many cells.
   * Default: 2²⁶, 64 MiB.
   */
  tableLimit?: number;
}

/** The part of each picture to keep; a square, black where it reaches beyond the picture. */
export interface Crop {
  /**
   * `'centre'`: the largest square in the middle, less `margin` of its side on every edge. The name of a structure:
   * the longer side of the box around all its raters' masks, plus `margin` of that on every edge.
   */
  around: 'centre' | (string & {});
  /** Default: 0 around the centre, 0.25 around a structure. */
  margin?: number;
}

/** Their names. */
export const LOADER_OPTIONS = [
  'size',
  'aspect',
  'imageBy',
  'maskBy',
  'crop',
  'channels',
  'raters',
  'structures',
  'missing',
  'strict',
  'grid',
  'prefetch',
  'pixelLimit',
  'voxelLimit',
  'tableLimit',
] as const satisfies readonly (keyof LoaderOptions)[];

/** @throws RangeError or TypeError where an option is unknown or has no meaning. */
export function checkLoaderOptions(who: string, options: LoaderOptions, more: readonly string[] = []): void {
  checkOptions(who, options, [...LOADER_OPTIONS, ...more]);
  if (options === undefined) return;
  const { size, crop, pixelLimit, voxelLimit, tableLimit, channels, prefetch } = options;
  if (prefetch !== undefined) checkInteger(who, 'prefetch', prefetch, 0);
  if (typeof size === 'object') {
    checkObject(who, 'size', size);
    checkOptions(`${who}: size`, size, ['width', 'height']);
    checkInteger(who, 'size.width', size.width, 1);
    checkInteger(who, 'size.height', size.height, 1);
  } else if (size !== undefined) checkInteger(who, 'size', size, 1);
  if (crop !== undefined) {
    checkObject(who, 'crop', crop);
    checkOptions(`${who}: crop`, crop, ['around', 'margin']);
    checkString(who, 'crop.around', crop.around);
    const limit = crop.around === 'centre' ? 0.5 : Number.POSITIVE_INFINITY;
    if (crop.margin !== undefined) {
      checkNumber(who, 'crop.margin', crop.margin, 0);
      check(crop.margin < limit, who, 'crop.margin', crop.margin, `a number from 0, below ${limit}`);
    }
  }
  for (const [name, limit] of Object.entries({ pixelLimit, voxelLimit, tableLimit }))
    if (limit !== undefined) checkNumber(who, name, limit, 1);
  if (channels !== undefined) checkOneOf(who, 'channels', channels, [1, 3]);
  if (options.strict !== undefined) checkBoolean(who, 'strict', options.strict);
  for (const [name, allowed] of Object.entries(CHOICES)) {
    const value = options[name as keyof typeof CHOICES];
    if (value !== undefined) checkOneOf<string>(who, name, value, allowed);
  }
  for (const name of ['raters', 'structures'] as const) {
    const names = options[name];
    if (names === undefined) continue;
    const isList = Array.isArray(names) && names.length > 0;
    check(isList, who, name, names, 'a list of one name or more', 'other');
    for (let i = 0; i < names.length; i++) checkString(who, `${name}[${i}]`, names[i]);
  }
}

const CHOICES = {
  aspect: ['stretch', 'keep'],
  imageBy: ['area', 'bilinear'],
  maskBy: ['nearest', 'area'],
  missing: ['keep', 'skip', 'error'],
  grid: GRID_RULES,
} as const;
