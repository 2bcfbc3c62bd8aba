import { checkValues } from '@diff/checks';
import { type Numbers, numbers } from '../numbers.js';

/**
 * p values of several tests, corrected for their number so that the chance of any false finding among them is kept (Holm): sorted,
 * p₍ₖ₎ becomes the largest of min(1, (m + 1 − j) · p₍ⱼ₎) over j ≤ k. In the order they came in, each from 0 to 1.
 *
 * @throws TypeError for what is no array of numbers; RangeError for no values and a value that is not from 0 to 1
 * @see Holm, *A simple sequentially rejective multiple test procedure*, 1979
 */
export function holm(pValues: Numbers): number[] {
  const values = numbers('holm', 'pValues', pValues);
  checkValues('holm', 'pValues', values, 0, 1);
  const adjusted = new Array<number>(values.length);
  let least = 0;
  for (const [rank, i] of [...values.keys()].sort((a, b) => values[a]! - values[b]!).entries()) {
    least = Math.max(least, Math.min(1, (values.length - rank) * values[i]!));
    adjusted[i] = least;
  }
  return adjusted;
}
