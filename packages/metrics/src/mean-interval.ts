import { checkWithin, fail, type Numbers, numbers } from './checks.js';
import { itself, mean, sum } from './sum.js';

export interface MeanIntervalOptions {
  /** Confidence level of the interval, between 0 and 1; 0.95 by default. */
  level?: number;
}

export interface MeanInterval {
  mean: number;
  /** Half the width of the interval: t · s / √n. */
  margin: number;
  /** mean ± margin. */
  interval: [number, number];
}

/**
 * Mean of a few values, such as one a seed or fold, and Student's interval of it: x̄ ± t · s / √n, with the sample's
 * standard deviation s and the quantile t of Student's distribution with n − 1 degrees of freedom. It takes
 * the values for independent and normal. In the unit of the values.
 *
 * @throws RangeError for fewer than two values, values that are not finite and a level outside (0, 1)
 * @see Student, *The probable error of a mean*, 1908
 */
export function meanInterval(values: Numbers, { level = 0.95 }: MeanIntervalOptions = {}): MeanInterval {
  const caller = 'meanInterval';
  checkWithin(caller, 'level', level, 0, 1, true);
  const sample = numbers(caller, 'values', values);
  const n = sample.length;
  if (n < 2) fail(caller, 'values holds one value, expected at least two for an interval');
  const centre = mean(sample, itself);
  const squares = sum(sample, (value) => (value - centre) ** 2);
  const margin = studentQuantile(level, n - 1) * Math.sqrt(squares / (n - 1) / n);
  return { mean: centre, margin, interval: [centre - margin, centre + margin] };
}

/**
 * The t with P(|T| < t) = level. In θ = atan(t / √ν), that probability is ∫ c·cosᵛ⁻¹ from 0 to θ, a finite sum by parts
 * (Abramowitz & Stegun, 26.7.3 and 26.7.4); Newton from 0 never overshoots, because it is concave.
 */
function studentQuantile(level: number, freedom: number): number {
  const odd = freedom % 2;
  let angle = 0;
  for (let step = 1; step > 1e-15; angle += step) {
    const cosine = Math.cos(angle);
    let power = odd ? 1 : cosine;
    let density = odd ? 2 / Math.PI : 1;
    let probability = odd ? angle * density : Math.sin(angle);
    for (let k = 2 - odd; k < freedom; k += 2) {
      probability += (density * power * cosine * Math.sin(angle)) / k;
      density *= (k + 1) / k;
      power *= cosine * cosine;
    }
    step = (level - probability) / (density * power);
  }
  return Math.sqrt(freedom) * Math.tan(angle);
}
