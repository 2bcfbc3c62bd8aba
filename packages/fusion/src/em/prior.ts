import { check, checkNumber } from '@diff/checks';
import { numbersOf } from '../votes/numbers.js';
import type { MaskValues, Panel } from '../votes/panel.js';

/**
 * The prior given, one number or one per pixel, or else `estimate`; times `confidenceWeight`.
 *
 * @throws RangeError unless every product lies in [0, 1]
 */
export function scaledPrior(
  { name, length }: Panel,
  prior: number | MaskValues | undefined,
  estimate: number,
  confidenceWeight = 1,
): number | Float64Array {
  checkNumber(name, 'confidenceWeight', confidenceWeight, 0, Number.POSITIVE_INFINITY, { open: true });
  const probability = (value: number, at: string) => {
    const g = value * confidenceWeight;
    if (!(g >= 0 && g <= 1)) {
      const what = confidenceWeight === 1 ? `prior${at}` : `prior${at} × confidenceWeight`;
      check(false, name, what, g, 'a number from 0 to 1');
    }
    return g;
  };
  if (prior === undefined || typeof prior === 'number') return probability(prior ?? estimate, '');
  return Float64Array.from(numbersOf(name, 'prior', prior, length), (g, j) => probability(g, `[${j}]`));
}
