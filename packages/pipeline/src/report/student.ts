import { meanInterval } from '@diff/metrics';

/** A number, and how sure it is. */
export interface Estimate {
  value: number;
  /** At 95 %; absent where there is too little to tell. */
  interval?: [number, number];
  /** Two-sided, of no difference. */
  p?: number;
  /** Of how many cases, or rounds. */
  of: number;
}

/**
 * P(|T| < t) of Student's distribution with a whole number of degrees of freedom, in closed form: Abramowitz & Stegun,
 * *Handbook of Mathematical Functions*, 26.7.3 and 26.7.4.
 */
export function studentWithin(t: number, freedom: number): number {
  const angle = Math.atan(t / Math.sqrt(freedom));
  const [sine, cosine] = [Math.sin(angle), Math.cos(angle)];
  const odd = freedom % 2;
  let term = odd ? cosine : 1;
  let sum = freedom === 1 ? 0 : term;
  for (let k = odd + 2; k <= freedom - 2; k += 2) {
    term *= ((k - 1) / k) * cosine ** 2;
    sum += term;
  }
  return odd ? (2 / Math.PI) * (angle + sine * sum) : sine * sum;
}

/** The mean of a few values with Student's interval at 95 %, cut to where values can lie. */
export function student(values: readonly number[], [low, high]: readonly [number, number]): Estimate {
  const of = values.length;
  if (of < 2) return { value: values[0]!, of };
  const { mean, interval } = meanInterval(values);
  return { value: mean, interval: [Math.max(low, interval[0]), Math.min(high, interval[1])], of };
}

/** Student's test of a mean of 0: its two-sided p-value. */
export function studentTest(values: readonly number[]): number {
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
  const squares = values.reduce((sum, x) => sum + (x - mean) ** 2, 0);
  const error = Math.sqrt(squares / (values.length - 1) / values.length);
  return mean === 0 ? 1 : 1 - studentWithin(Math.abs(mean) / error, values.length - 1);
}
