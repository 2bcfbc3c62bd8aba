/**
 * What one rater outlined: flat, row-major, of any number of dimensions; 1 inside, 0 outside, or a probability
 * where a method takes one. `Uint8Array` is the fastest.
 */
export type Mask = ArrayLike<number>;

/** One mask a rater, all of one length; `null` for a rater who did not see the case. */
export type Masks = readonly (Mask | null | undefined)[];

/**
 * Where a rater gave no vote: a number that stands for "no vote" inside the masks (255, -1, NaN, ...), or one
 * array a rater that is not 0 where the vote is missing (`null`: nothing is).
 */
export type Missing = number | Masks;

export interface Rater {
  /** Place among the masks given. */
  index: number;
  mask: Mask;
  missing: Mask | null;
}

/** The raters who are there. */
export interface Panel {
  /** The public function that was called, for errors. */
  name: string;
  length: number;
  /** How many places were given, absent raters included. */
  places: number;
  raters: Rater[];
  missingValue: number | undefined;
}

/** Checks lengths and finds who is there; `width` numbers a pixel (more than one in soft label maps). */
export function panelOf(name: string, masks: Masks, missing?: Missing, width = 1): Panel {
  if (!Array.isArray(masks))
    throw new TypeError(`${name}: masks is ${describe(masks)}, expected an array of masks`);
  const given = masks.findIndex((mask) => mask != null);
  if (given < 0) throw new RangeError(`${name}: no rater at all in ${masks.length} masks, expected one mask`);
  const values = masks[given]?.length;
  if (!values || values % width)
    throw new RangeError(
      `${name}: masks[${given}] has ${values} values, expected ${width > 1 ? `a multiple of ${width}` : 'some'}`,
    );
  const length = values / width;
  const absent = missing === undefined || typeof missing === 'number' ? undefined : missing;
  if (absent && (!Array.isArray(absent) || absent.length !== masks.length))
    throw new RangeError(
      `${name}: missing is ${describe(absent)}, expected a number or ${masks.length} arrays`,
    );

  const raters: Rater[] = [];
  masks.forEach((mask, index) => {
    if (mask == null) return;
    checkLength(`${name}: masks[${index}]`, mask, values, ` as masks[${given}]`);
    const holes = absent?.[index] ?? null;
    if (holes) checkLength(`${name}: missing[${index}]`, holes, length);
    raters.push({ index, mask, missing: holes });
  });
  return {
    name,
    length,
    places: masks.length,
    raters,
    missingValue: typeof missing === 'number' ? missing : undefined,
  };
}

export function checkLength(what: string, array: ArrayLike<number>, length: number, why = ''): void {
  if (typeof array !== 'object' || typeof array?.length !== 'number')
    throw new TypeError(`${what} is ${describe(array)}, expected an array of numbers`);
  if (array.length !== length)
    throw new RangeError(`${what} has ${array.length} values, expected ${length}${why}`);
}

export function describe(value: unknown): string {
  if (Array.isArray(value)) return `an array of ${value.length}`;
  return typeof value === 'object' && value ? value.constructor.name : String(value);
}

/** Whether any vote of this rater may be missing. */
export function hasHoles(panel: Panel, rater: Rater): boolean {
  return rater.missing !== null || panel.missingValue !== undefined;
}

/** Whether the rater gave no vote at this pixel. */
export function isMissing(panel: Panel, rater: Rater, pixel: number): boolean {
  if (rater.missing && rater.missing[pixel] !== 0) return true;
  const { missingValue } = panel;
  if (missingValue === undefined) return false;
  const value = rater.mask[pixel]!;
  return value === missingValue || (Number.isNaN(missingValue) && Number.isNaN(value));
}

/** The array as bytes without a copy, or `undefined` if its numbers are wider. */
export function bytesOf(array: ArrayLike<number>): Uint8Array | undefined {
  if (array instanceof Uint8Array) return array;
  if (array instanceof Uint8ClampedArray || array instanceof Int8Array)
    return new Uint8Array(array.buffer, array.byteOffset, array.length);
  return undefined;
}

/** Spreads one value a present rater over the places given; NaN where there is no rater. */
export function atPlaces(panel: Panel, values: ArrayLike<number>): number[] {
  const all = new Array<number>(panel.places).fill(Number.NaN);
  panel.raters.forEach(({ index }, i) => {
    all[index] = values[i]!;
  });
  return all;
}
