import { check, checkPair, fail, type Numbers } from './checks.js';

/** Arrays of equal length, at least `least` of them, each read by `read`. */
export function stack<T>(
  caller: string,
  name: string,
  arrays: readonly Numbers[],
  least: number,
  read: (caller: string, name: string, array: Numbers) => T,
): T[] {
  check(Array.isArray(arrays), caller, name, arrays, 'an array of arrays');
  if (arrays.length < least)
    fail(caller, `${name} holds ${arrays.length} arrays, expected at least ${least}`);
  return arrays.map((array, k) => {
    checkPair(caller, `${name}[0]`, arrays[0]!, `${name}[${k}]`, array);
    return read(caller, `${name}[${k}]`, array);
  });
}
