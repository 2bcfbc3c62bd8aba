import { check, checkNumbers, fail } from '@diff/checks';

/** One flag per pixel: 1 or true, 0 or false. */
export type Flags = ArrayLike<number | boolean>;

/**
 * The array as a typed array, so that every value of it is a number. A typed array is taken as it is, a plain one is copied.
 *
 * @throws TypeError for what is no array of numbers, also at a single place (null, a hole), RangeError for another length.
 */
export function numbersOf(who: string, what: string, array: unknown, length?: number): ArrayLike<number> {
  checkNumbers(who, what, array, { length });
  if (!Array.isArray(array)) return array;
  const numbers = new Float64Array(array.length);
  for (let i = 0; i < numbers.length; i++) {
    const value: unknown = array[i];
    if (typeof value !== 'number') check(false, who, `${what}[${i}]`, value, 'a number');
    numbers[i] = value as number;
  }
  return numbers;
}

/** As `numbersOf`, for values in [0, 1]: a mask, or probabilities. */
export function sharesOf(who: string, what: string, array: unknown, length?: number): ArrayLike<number> {
  const shares = numbersOf(who, what, array, length);
  for (let j = 0; j < shares.length; j++)
    if (!(shares[j]! >= 0 && shares[j]! <= 1))
      check(false, who, `${what}[${j}]`, shares[j], 'a number from 0 to 1');
  return shares;
}

/** Flags as bytes 0 and 1; an array of such bytes is taken as it is. */
export function flagsOf(who: string, what: string, flags: unknown, length: number): Uint8Array {
  if (Array.isArray(flags)) {
    if (flags.length !== length) fail(who, `${what} has ${flags.length} values, expected ${length}`);
  } else checkNumbers(who, what, flags, { length });
  const given = flags as Flags;
  const bytes = flags instanceof Uint8Array ? bytesOf(flags)! : new Uint8Array(length);
  for (let j = 0; j < length; j++) {
    const flag = given[j];
    if (flag === 1 || flag === true) bytes[j] = 1;
    else if (flag !== 0 && flag !== false) check(false, who, `${what}[${j}]`, flag, '0 or 1');
  }
  return bytes;
}

/** The array as bytes without a copy, or `undefined` if its numbers are wider. A Buffer is bytes like any other. */
export function bytesOf(array: ArrayLike<number>): Uint8Array | undefined {
  const byteSized =
    array instanceof Uint8Array || array instanceof Uint8ClampedArray || array instanceof Int8Array;
  return byteSized ? new Uint8Array(array.buffer, array.byteOffset, array.length) : undefined;
}
