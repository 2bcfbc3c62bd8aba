import { check, fail, show } from '@diff/checks';
import { type Flags, flagsOf, numbersOf } from './numbers.js';

/**
 * What one rater outlined: flat, row-major, of any number of dimensions; 1 inside, 0 outside, or a probability
 * where a method takes one. `Uint8Array` is the fastest.
 */
export type MaskValues = ArrayLike<number>;

/** One mask per rater, all of one length; `null` for a rater who did not see the case. */
export type Masks = readonly (MaskValues | null | undefined)[];

/**
 * Where a rater gave no vote: a number that stands for "no vote" inside the masks (255, -1, NaN, ...), or one
 * array of flags per rater, 1 or true where the vote is missing (`null`: none is).
 */
export type Missing = number | readonly (Flags | null | undefined)[];

export interface Rater {
  /** Place among the masks given. */
  index: number;
  /** A typed array. */
  mask: MaskValues;
  missing: Uint8Array | undefined;
}

/** The raters who are there. */
export interface Panel {
  /** The public function that was called, for errors. */
  name: string;
  /** Number of pixels. */
  length: number;
  /** How many places were given, absent raters included. */
  places: number;
  raters: Rater[];
  missingValue: number | undefined;
}

/** Checks kinds and lengths and finds who is there; `width`: numbers per pixel (more than one in soft label maps). */
export function panelOf(name: string, masks: unknown, missing?: unknown, width = 1, what = 'masks'): Panel {
  if (!Array.isArray(masks)) check(false, name, what, masks, 'one mask per rater', 'other');
  const given = [...(masks as unknown[])];
  const absent = missingFlags(name, given.length, missing);
  const raters: Rater[] = [];
  let values: number | undefined;
  let length = 0;
  given.forEach((one, index) => {
    if (one == null) return;
    const mask = numbersOf(name, `${what}[${index}]`, one, values);
    values = mask.length;
    length = values / width;
    if (values % width) fail(name, `${what}[${index}] has ${values} values, expected a multiple of ${width}`);
    const flags = absent?.[index];
    const holes = flags == null ? undefined : flagsOf(name, `missing[${index}]`, flags, length);
    raters.push({ index, mask, missing: holes });
  });
  if (!raters.length) fail(name, `no rater at all in ${given.length} ${what}, expected one or more`);
  const missingValue = typeof missing === 'number' ? missing : undefined;
  return { name, length, places: given.length, raters, missingValue };
}

function missingFlags(name: string, places: number, missing: unknown): unknown[] | undefined {
  if (missing === undefined || typeof missing === 'number') return undefined;
  const expected = `a number or ${places} arrays of flags`;
  if (!Array.isArray(missing)) check(false, name, 'missing', missing, expected, 'other');
  const arrays = missing as unknown[];
  if (arrays.length !== places) fail(name, `missing is ${show(arrays)}, expected ${expected}`);
  return arrays;
}

/** Whether any vote of this rater may be missing. */
export function hasHoles(panel: Panel, rater: Rater): boolean {
  return rater.missing !== undefined || panel.missingValue !== undefined;
}

/** Whether the rater gave no vote at this pixel. */
export function isMissing(panel: Panel, rater: Rater, pixel: number): boolean {
  if (rater.missing && rater.missing[pixel] !== 0) return true;
  const { missingValue } = panel;
  if (missingValue === undefined) return false;
  const value = rater.mask[pixel]!;
  return value === missingValue || (Number.isNaN(missingValue) && Number.isNaN(value));
}

/** One value per present rater, spread over the places given; `absent` where there is no rater. */
export function atPlaces<T, A = number>(panel: Panel, values: ArrayLike<T>, absent: A): (T | A)[] {
  const all = new Array<T | A>(panel.places).fill(absent);
  panel.raters.forEach(({ index }, i) => {
    all[index] = values[i]!;
  });
  return all;
}
