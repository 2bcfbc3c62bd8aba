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

/** The mean of a few values with Student's interval at 95 %, and the p-value of a mean of 0. */
export function student(values: readonly number[]): Estimate {
  const of = values.length;
  const value = values.reduce((sum, x) => sum + x, 0) / of;
  if (of < 2) return { value, of };
  const error = Math.sqrt(values.reduce((sum, x) => sum + (x - value) ** 2, 0) / (of - 1) / of);
  const half = studentQuantile(0.95, of - 1) * error;
  const p = value === 0 ? 1 : 1 - studentWithin(Math.abs(value) / error, of - 1);
  return { value, interval: [value - half, value + half], p, of };
}
