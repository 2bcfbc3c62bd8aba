export function sum<T>(values: ArrayLike<T>, of: (value: T, i: number) => number): number {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += of(values[i]!, i);
  return total;
}

export const mean = <T>(values: ArrayLike<T>, of: (value: T, i: number) => number): number =>
  sum(values, of) / values.length;

export const itself = (value: number): number => value;

export const product = (values: readonly number[]): number => values.reduce((a, b) => a * b, 1);
