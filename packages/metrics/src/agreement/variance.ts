import { checkValues } from '@diff/checks';
import { type Numbers, numbers } from '../numbers.js';
import { stack } from '../stack.js';
import { mean } from '../statistics/sum.js';

/**
 * Where raters disagree: at each pixel the population variance Σ(mᵣ − m̄)²/R of the R raters' masks, soft or
 * binary. 0 where all agree; at most 0.25 for values in [0, 1].
 *
 * @throws RangeError for no masks, empty masks, masks of unequal length, and values that are not finite
 * or beyond ±1e19
 */
export function variance(masks: readonly Numbers[]): Float32Array {
  const raters = stack('variance', 'masks', masks, 1, (caller, name, mask: Numbers) => {
    const values = numbers(caller, name, mask);
    checkValues(caller, name, values, -1e19, 1e19); // whose squares a Float32Array holds
    return values;
  });
  return new Float32Array(raters[0]!.length).map((_, i) => {
    const centre = mean(raters, (mask) => mask[i]!);
    return mean(raters, (mask) => (mask[i]! - centre) ** 2);
  });
}
