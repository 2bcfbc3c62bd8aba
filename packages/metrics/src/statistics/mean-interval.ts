import { checkNumber, checkOptions, checkValues } from '@diff/checks';
import { type Numbers, numbers } from '../numbers.js';
import { meanVariance } from './mean-variance.js';

export interface MeanIntervalOptions {
  /** Confidence level of the interval, between 0 and 1; 0.95 by default. */
  level?: number;
}

/** A mean with Student's interval. */
export interface MeanInterval {
  mean: number;
  /** Half the width of the interval: t · s / √n. */
  margin: number;
  /** mean ± margin. */
  interval: [number, number];
}

/**
 * Mean of a few values, such as one per seed or fold, and Student's interval of it: x̄ ± t · s / √n, with the sample's
 * standard deviation s and the quantile t of Student's distribution with n − 1 degrees of freedom. It takes
 * the values for independent and normal. In the unit of the values.
 *
 * @throws RangeError for fewer than two values, values that are not finite or beyond ±1e100 and a level outside (0, 1)
 * @see Student, *The probable error of a mean*, 1908
 */
export function meanInterval(values: Numbers, options: MeanIntervalOptions = {}): MeanInterval {
  const caller = 'meanInterval';
  checkOptions(caller, options, ['level']);
  const { level = 0.95 } = options;
  checkNumber(caller, 'level', level, 0, 1, { open: true });
  const sample = numbers(caller, 'values', values);
  checkValues(caller, 'values', sample, -1e100, 1e100);
  const [mean, variance] = meanVariance(caller, sample, 'values hold one case');
  const margin = studentQuantile(level, sample.length - 1) * Math.sqrt(variance);
  return { mean, margin, interval: [mean - margin, mean + margin] };
}

/**
 * The t with P(|T| < t) = level. In θ = atan(t / √ν), that probability is ∫ c·cosᵛ⁻¹ from 0 to θ, a finite sum by parts
 * (Abramowitz & Stegun, 26.7.3 and 26.7.4); Newton from 0 never overshoots, because it is concave.
 */
export function studentQuantile(level: number, freedom: number): number {
  const odd = freedom % 2;
  let angle = 0;
  for (let step = 1; step > 1e-12; angle += step) {
    const cosine = Math.cos(angle);
    const sine = Math.sin(angle);
    let density = odd ? 2 / Math.PI : cosine;
    let probability = odd ? angle * density : sine;
    for (let k = 2 - odd; k < freedom; k += 2) {
      probability += (density * cosine * sine) / k;
      density *= ((k + 1) / k) * cosine ** 2;
    }
    step = (level - probability) / density;
  }
  return Math.sqrt(freedom) * Math.tan(angle);
}
