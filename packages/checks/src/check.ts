import { show } from './show.js';

/**
 * Throws unless `ok`: "who: what is X, expected Y". A `RangeError` for a value of the right kind that is out of range, else a
 * `TypeError`.
 *
 * @param kind What the right values are; of another kind is a `TypeError`, as is every wrong value where it is 'other'.
 *   Default: 'number'.
 */
export function check(
  ok: boolean,
  who: string,
  what: string,
  value: unknown,
  expected: string,
  kind: 'number' | 'string' | 'other' = 'number',
): asserts ok {
  if (ok) return;
  const Failure = typeof value === kind ? RangeError : TypeError;
  throw new Failure(`${who}: ${what} is ${show(value)}, expected ${expected}`);
}

/** Throws a `RangeError`: "who: message". */
export function fail(who: string, message: string): never {
  throw new RangeError(`${who}: ${message}`);
}

/** A safe integer from `low` to `high`, both included. */
export function checkInteger(
  who: string,
  what: string,
  value: unknown,
  low: number,
  high = Number.POSITIVE_INFINITY,
): asserts value is number {
  const ok = Number.isSafeInteger(value) && (value as number) >= low && (value as number) <= high;
  if (!ok) check(false, who, what, value, integers(low, high));
}

function integers(low: number, high: number): string {
  if (high < Number.POSITIVE_INFINITY) return `an integer from ${low} to ${high}`;
  return low === 1 ? 'a positive integer' : `an integer of at least ${low}`;
}

/** A finite number from `low` to `high`, both included unless `open`. */
export function checkNumber(
  who: string,
  what: string,
  value: unknown,
  low = Number.NEGATIVE_INFINITY,
  high = Number.POSITIVE_INFINITY,
  { open = false } = {},
): asserts value is number {
  const inside = (number: number) => (open ? number > low && number < high : number >= low && number <= high);
  if (!(Number.isFinite(value) && inside(value as number)))
    check(false, who, what, value, numbers(low, high, open));
}

function numbers(low: number, high: number, open: boolean): string {
  if (high < Number.POSITIVE_INFINITY)
    return open ? `a number between ${low} and ${high}` : `a number from ${low} to ${high}`;
  if (low === Number.NEGATIVE_INFINITY) return 'a finite number';
  return `a finite number ${open ? 'above' : 'of at least'} ${low}`;
}

export function checkBoolean(who: string, what: string, value: unknown): asserts value is boolean {
  if (typeof value !== 'boolean') check(false, who, what, value, 'true or false', 'other');
}

export function checkFunction(who: string, what: string, value: unknown): void {
  if (typeof value !== 'function') check(false, who, what, value, 'a function', 'other');
}

/** Those of these options that are given are functions. */
export function checkCallbacks<T extends object>(
  who: string,
  options: T,
  names: readonly (keyof T & string)[],
): void {
  for (const name of names) if (options[name] !== undefined) checkFunction(who, name, options[name]);
}

/** An object that is no array. */
export function checkObject(
  who: string,
  what: string,
  value: unknown,
  expected = 'an object',
): asserts value is Record<string, unknown> {
  const ok =
    typeof value === 'object' && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value);
  if (!ok) check(false, who, what, value, expected, 'other');
}

/** What random numbers start from: any safe integer. */
export function checkSeed(who: string, seed: unknown): asserts seed is number {
  check(Number.isSafeInteger(seed), who, 'seed', seed, 'an integer');
}

/** What stops a long run, if given: an `AbortSignal`, of any realm. */
export function checkSignal(who: string, signal: unknown): asserts signal is AbortSignal | undefined {
  if (signal === undefined) return;
  const ok = typeof (signal as AbortSignal | null)?.throwIfAborted === 'function';
  check(ok, who, 'signal', signal, 'an AbortSignal', 'other');
}

/** A string that is not empty. */
export function checkString(who: string, what: string, value: unknown): asserts value is string {
  if (typeof value !== 'string' || value === '') check(false, who, what, value, 'a text', 'string');
}

/** One of a few values. */
export function checkOneOf<T extends string | number | boolean>(
  who: string,
  what: string,
  value: unknown,
  allowed: readonly T[],
): asserts value is T {
  if (allowed.includes(value as T)) return;
  const kind = typeof allowed[0] === 'number' ? 'number' : 'string';
  check(false, who, what, value, oneOf(allowed.map((each) => show(each))), kind);
}

/** "one of a, b, c", cut after 150 characters. */
export function oneOf(names: readonly string[]): string {
  const text = `one of ${names.join(', ')}`;
  return text.length > 150 ? `${text.slice(0, 149)}…` : text;
}
