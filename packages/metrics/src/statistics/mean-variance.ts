import { fail } from '@diff/checks';
import { itself, mean } from './sum.js';

/** The mean of values and the variance of that mean; `alone` says what a single value is. */
export function meanVariance(caller: string, values: Float64Array, alone: string): [number, number] {
  const { length } = values;
  if (length < 2) fail(caller, `${alone}, expected at least two for a variance`);
  const centre = mean(values, itself);
  return [centre, mean(values, (value) => (value - centre) ** 2) / (length - 1)];
}
