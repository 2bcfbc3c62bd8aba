import { check, checkNumber, fail } from './check.js';

/**
 * An array of numbers: a plain array, or a typed array of numbers that is not detached. `length`: how many it must have;
 * without it any number but 0, unless `empty`. Only the first value is looked at: see {@link checkValues}.
 *
 * @throws TypeError for another kind of thing, RangeError for another length.
 */
export function checkNumbers(
  who: string,
  what: string,
  array: unknown,
  { length, empty = false }: { length?: number; empty?: boolean } = {},
): asserts array is ArrayLike<number> {
  if (!isNumeric(array)) check(false, who, what, array, 'an array of numbers', 'other');
  const values = array as ArrayLike<number>;
  if (length !== undefined && values.length !== length)
    fail(who, `${what} has ${values.length} values, expected ${length}`);
  if (values.length === 0 && length === undefined && !empty)
    fail(who, `${what} is empty, expected at least one value`);
  if (values.length > 0 && typeof values[0] !== 'number')
    check(false, who, `${what}[0]`, values[0], 'a number');
}

function isNumeric(array: unknown): boolean {
  if (Array.isArray(array)) return true;
  return ArrayBuffer.isView(array) && 'length' in array && !/^Big/.test(array.constructor.name);
}

/** Every value a finite number from `low` to `high`, if given. Linear; the value that is not is named by its place. */
export function checkValues(
  who: string,
  what: string,
  array: ArrayLike<number>,
  low?: number,
  high?: number,
): void {
  const [least, most] = [low ?? -Number.MAX_VALUE, high ?? Number.MAX_VALUE];
  for (let i = 0; i < array.length; i++) {
    const value: unknown = array[i];
    if (!(typeof value === 'number' && value >= least && value <= most))
      checkNumber(who, `${what}[${i}]`, value, low, high);
  }
}

/**
 * A plain array that is not empty, each value of which passes `each`, called with its place and itself.
 *
 * @throws TypeError if it is no array, RangeError if it is empty.
 */
export function checkList(
  who: string,
  what: string,
  list: unknown,
  expected: string,
  each: (name: string, value: unknown, index: number) => void,
): asserts list is readonly unknown[] {
  if (!Array.isArray(list)) check(false, who, what, list, expected, 'other');
  const values = list as unknown[];
  if (values.length === 0) fail(who, `${what} is empty, expected ${expected}`);
  // not forEach, which skips holes
  for (let k = 0; k < values.length; k++) each(`${what}[${k}]`, values[k], k);
}

/**
 * The sizes of a grid: one or more positive integers whose product is `length`, if given.
 *
 * @throws TypeError if it is no array, RangeError for other sizes.
 */
export function checkShape(
  who: string,
  what: string,
  shape: unknown,
  length?: number,
): asserts shape is readonly number[] {
  let product = 1;
  checkList(who, what, shape, 'an array of positive integers', (name, size) => {
    check(Number.isSafeInteger(size) && (size as number) > 0, who, name, size, 'a positive integer');
    product *= size as number;
  });
  if (length !== undefined && product !== length)
    fail(who, `${what} is ${(shape as number[]).slice(0, 6).join(' × ')}, expected a product of ${length}`);
}
