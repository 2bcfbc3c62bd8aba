/** The argument errors that every function here throws, in one wording: who, what it got, what it wants. */
export function checkPositiveInteger(where: string, name: string, value: number): void {
  if (!Number.isInteger(value) || value <= 0)
    throw new RangeError(`${where}: ${name} is ${value}, expected a positive integer`);
}

export function checkOneOf<T>(where: string, name: string, value: T, allowed: readonly T[]): void {
  if (!allowed.includes(value))
    throw new RangeError(
      `${where}: ${name} is ${JSON.stringify(value)}, expected one of ${allowed.join(', ')}`,
    );
}

/** A finite number in [low, high]. */
export function checkRange(where: string, name: string, value: number, low: number, high = Infinity): void {
  if (!(Number.isFinite(value) && value >= low && value <= high))
    throw new RangeError(
      `${where}: ${name} is ${value}, expected a finite number ${high === Infinity ? `of at least ${low}` : `from ${low} to ${high}`}`,
    );
}
