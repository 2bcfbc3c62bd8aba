import { check, checkNumbers, checkValues, fail } from '@diff/checks';

/** A plain or typed array of numbers. */
export type Numbers = ArrayLike<number>;

/** Two arrays of the same length; their values are left to whoever reads them. */
export function checkPair(caller: string, nameA: string, a: Numbers, nameB: string, b: Numbers): void {
  checkNumbers(caller, nameA, a);
  checkNumbers(caller, nameB, b, { length: a.length });
}

/**
 * Fills a block with the values from `start` on: loops over blocks stay monomorphic whatever came in. What is no number in a
 * plain array becomes NaN, so that `null` and `true` do not pass as 0 and 1.
 */
export function read<Block extends Float32Array | Float64Array>(
  array: Numbers,
  start: number,
  block: Block,
): Block {
  const { length } = block;
  if (ArrayBuffer.isView(array)) {
    block.set((array as unknown as Float64Array).subarray(start, start + length));
    return block;
  }
  for (let i = 0; i < length; i++) {
    const value = array[start + i];
    block[i] = typeof value === 'number' ? value : Number.NaN;
  }
  return block;
}

/** The values as doubles, each of them finite. Typed doubles are not copied. */
export function numbers(caller: string, name: string, array: Numbers): Float64Array {
  checkNumbers(caller, name, array);
  const values = array instanceof Float64Array ? array : read(array, 0, new Float64Array(array.length));
  let check = 0;
  for (let i = 0; i < values.length; i++) check += values[i]! - values[i]!;
  if (check !== 0) checkValues(caller, name, array);
  return values;
}

/** Refuses a label map where a mask is expected: values of which three are different integers. `instead` is what helps. */
export function checkMask(caller: string, name: string, array: Numbers, instead = '`threshold`'): void {
  let first: number | undefined;
  let second: number | undefined;
  for (let i = 0; i < array.length; i++) {
    const value = array[i]!;
    if (value === first || value === second || !Number.isInteger(value)) continue;
    if (first === undefined) first = value;
    else if (second === undefined) second = value;
    else
      fail(
        caller,
        `${name} holds ${first}, ${second}, ${value}, expected a mask of two values; give ${instead}`,
      );
  }
}

/** An option that is returned as it is: a number, NaN too, or undefined. */
export function checkReturned(caller: string, name: string, value: number | undefined): void {
  check(value === undefined || typeof value === 'number', caller, name, value, 'a number');
}

/** What was asked for in place of an undefined value, or the error that says `why` there is none. */
export function orEmpty(caller: string, empty: number | undefined, why: string, option = 'empty'): number {
  return empty ?? fail(caller, `${why}; give the value to return as \`${option}\``);
}

/** `part / whole`, or `empty` where `whole` is zero. */
export function ratio(
  caller: string,
  part: number,
  whole: number,
  empty: number | undefined,
  why: string,
): number {
  return whole === 0 ? orEmpty(caller, empty, why) : part / whole;
}
