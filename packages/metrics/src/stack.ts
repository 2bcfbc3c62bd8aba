import { check, checkNumbers, fail } from '@diff/checks';
import type { Numbers } from './numbers.js';

/** Arrays of equal length, at least `least` of them, each read by `read`. */
export function stack<T>(
  caller: string,
  name: string,
  arrays: readonly Numbers[],
  least: number,
  read: (caller: string, name: string, array: Numbers) => T,
): T[] {
  checkStack(caller, name, arrays, least);
  return Array.from(arrays, (array, k) => {
    checkNumbers(caller, `${name}[${k}]`, array, k ? { length: arrays[0]!.length } : {});
    return read(caller, `${name}[${k}]`, array);
  });
}

/** An array of at least so many things. */
export function checkStack(caller: string, name: string, arrays: readonly unknown[], least: number): void {
  check(Array.isArray(arrays), caller, name, arrays, 'an array of arrays', 'other');
  if (arrays.length < least)
    fail(caller, `${name} holds ${arrays.length} arrays, expected at least ${least}`);
}
