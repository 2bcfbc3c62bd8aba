/** A plain or typed array of numbers. */
export type Numbers = ArrayLike<number>;

/** Throws unless `ok`: a `RangeError` for a number of the wrong value, a `TypeError` for what is no number. */
export function check(ok: boolean, caller: string, name: string, value: unknown, expected: string): void {
  if (ok) return;
  const Failure = typeof value === 'number' ? RangeError : TypeError;
  throw new Failure(`${caller}: ${name} is ${value}, expected ${expected}`);
}

export function fail(caller: string, message: string): never {
  throw new RangeError(`${caller}: ${message}`);
}

export function checkArray(caller: string, name: string, array: Numbers): void {
  check(Object(array) === array && array.length >= 0, caller, name, array, 'an array of numbers');
  if (array.length === 0) fail(caller, `${name} is empty`);
  check(typeof array[0] === 'number', caller, `${name}[0]`, array[0], 'a finite number');
}

/** Two arrays of the same length; their values are left to whoever reads them. */
export function checkPair(caller: string, nameA: string, a: Numbers, nameB: string, b: Numbers): void {
  checkArray(caller, nameA, a);
  checkArray(caller, nameB, b);
  if (a.length !== b.length) {
    fail(caller, `${nameA} has ${a.length} values, ${nameB} has ${b.length}`);
  }
}

/** An option with a value from `low` to `high`, both finite and included unless `open`. */
export function checkWithin(
  caller: string,
  name: string,
  value: number,
  low: number,
  high: number,
  open = false,
): void {
  const inside = open ? value > low && value < high : value >= low && value <= high;
  check(
    typeof value === 'number' && inside,
    caller,
    name,
    value,
    `a number ${open ? 'between' : 'from'} ${low} ${open ? 'and' : 'to'} ${high}`,
  );
}

export function checkInteger(caller: string, name: string, value: number, low: number): void {
  check(Number.isSafeInteger(value) && value >= low, caller, name, value, `an integer from ${low}`);
}

export function checkFinite(caller: string, name: string, value: unknown): void {
  check(Number.isFinite(value), caller, name, value, 'a finite number');
}

/** Finds the value that is not finite, if one is. */
export function checkValues(caller: string, name: string, array: Numbers): void {
  for (let i = 0; i < array.length; i++) {
    if (!Number.isFinite(array[i])) checkFinite(caller, `${name}[${i}]`, array[i]);
  }
}

/** Fills a block with the values from `start` on: loops over blocks stay monomorphic whatever came in. */
export function read<Block extends Float32Array | Float64Array>(
  array: Numbers,
  start: number,
  block: Block,
): Block {
  const { length } = block;
  const typed = array as Partial<Float64Array>;
  if (typed.subarray) block.set(typed.subarray(start, start + length));
  else for (let i = 0; i < length; i++) block[i] = array[start + i]!;
  return block;
}

/** The values as doubles, each of them finite. */
export function numbers(caller: string, name: string, array: Numbers): Float64Array {
  checkArray(caller, name, array);
  const values = array instanceof Float64Array ? array : read(array, 0, new Float64Array(array.length));
  let check = 0;
  for (let i = 0; i < values.length; i++) check += values[i]! - values[i]!;
  if (check !== 0) checkValues(caller, name, array);
  return values;
}

/** The caller's `empty`, or the error that says `why` there is no value. */
export function orEmpty(caller: string, empty: number | undefined, why: string): number {
  return empty ?? fail(caller, `${why}; give the value to return as \`empty\``);
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
