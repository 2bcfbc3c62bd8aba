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

/** The t with P(|T| < t) = `level`, by bisection. */
export function studentQuantile(level: number, freedom: number): number {
  let [low, high] = [0, 1];
  while (studentWithin(high, freedom) < level) high *= 2;
  for (let i = 0; i < 100; i++) {
    const middle = (low + high) / 2;
    if (studentWithin(middle, freedom) < level) low = middle;
    else high = middle;
  }
  return high;
}

/** The mean of a few values with Student's interval at 95 %, cut to where values can lie. */
export function student(values: readonly number[], [low, high]: readonly [number, number]): Estimate {
  const { mean, error } = meanAndError(values);
  const of = values.length;
  if (of < 2) return { value: mean, of };
  const half = studentQuantile(0.95, of - 1) * error;
  return { value: mean, interval: [Math.max(low, mean - half), Math.min(high, mean + half)], of };
}

/** Student's test of a mean of 0: its two-sided p-value. */
export function studentTest(values: readonly number[]): number {
  const { mean, error } = meanAndError(values);
  return mean === 0 ? 1 : 1 - studentWithin(Math.abs(mean) / error, values.length - 1);
}

function meanAndError(values: readonly number[]) {
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
  const squares = values.reduce((sum, x) => sum + (x - mean) ** 2, 0);
  return { mean, error: Math.sqrt(squares / (values.length - 1) / values.length) };
}
