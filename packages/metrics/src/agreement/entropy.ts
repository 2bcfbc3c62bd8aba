import { checkValues } from '@diff/checks';
import { type Numbers, numbers } from '../numbers.js';
import { stack } from '../stack.js';
import { mean } from '../statistics/sum.js';

/**
 * Where raters disagree: at each pixel the binary entropy −p·log₂ p − (1 − p)·log₂(1 − p), in bits, of the
 * mean p of the raters' masks, whose values are in [0, 1]. 0 where all agree, 1 where they are split in half.
 *
 * @throws RangeError for no masks, empty masks, masks of unequal length, and values outside [0, 1]
 */
export function entropy(masks: readonly Numbers[]): Float32Array {
  const raters = stack('entropy', 'masks', masks, 1, (caller, name, mask) => {
    const values = numbers(caller, name, mask);
    checkValues(caller, name, values, 0, 1);
    return values;
  });
  return new Float32Array(raters[0]!.length).map((_, i) => {
    const p = mean(raters, (mask) => mask[i]!);
    return information(p) + information(1 - p);
  });
}

const information = (p: number) => (p > 0 ? -p * Math.log2(p) : 0);
