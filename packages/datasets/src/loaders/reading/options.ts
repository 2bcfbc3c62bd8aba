import type { Size } from '../../images/resample.js';
import type { SamplingOptions } from '../../images/sampled.js';

/** What every loader of files takes. */
export interface LoaderOptions extends SamplingOptions {
  /** Of the delivered images and masks, in pixels; a number means a square. Default: as in the file, or as cropped. */
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
  /** How many cases to decode ahead. Default: 4. */
  prefetch?: number;
  /** Images of more pixels are refused before they are decoded. Default: 2²⁶, about 67 million. */
  pixelLimit?: number;
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
