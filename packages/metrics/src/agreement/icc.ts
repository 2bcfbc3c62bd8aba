import { checkOneOf, checkOptions, fail } from '@diff/checks';
import { type Numbers, numbers } from '../numbers.js';
import { stack } from '../stack.js';
import { itself, mean, sum } from '../statistics/sum.js';

const FORMS = ['1,1', '2,1', '3,1', '1,k', '2,k', '3,k'] as const;

/**
 * Intraclass correlation of n cases (at least two) that the same k raters (at least two) measured, ICC(form) of Shrout and
 * Fleiss. `ratings` holds one array per rater, one measurement per case, none missing. With the mean squares between cases
 * B, within cases W, between raters J, and of the rest E:
 *
 * - '1,1' (each case has raters of its own): (B − W) / (B + (k − 1)·W)
 * - '2,1' (the raters are a sample; the default): (B − E) / (B + (k − 1)·E + k·(J − E)/n)
 * - '3,1' (these raters only; a constant offset of one does not count): (B − E) / (B + (k − 1)·E)
 * - '1,k', '2,k', '3,k' (of the mean of the k raters): (B − W) / B, (B − E) / (B + (J − E)/n), (B − E) / B
 *
 * At most 1; around 0, or below, where raters agree no more than by chance.
 *
 * @throws RangeError where all measurements are equal, as the correlation is then undefined; for fewer than two raters or
 * cases, arrays of unequal length and values that are not finite
 * @see Shrout & Fleiss, *Intraclass correlations: uses in assessing rater reliability*, 1979
 */
export function icc(ratings: readonly Numbers[], options: { form?: (typeof FORMS)[number] } = {}): number {
  const caller = 'icc';
  checkOptions(caller, options, ['form']);
  const { form = '2,1' } = options;
  checkOneOf(caller, 'form', form, FORMS);
  const raters = stack(caller, 'ratings', ratings, 2, numbers);
  const k = raters.length;
  const n = raters[0]!.length;
  if (n < 2) fail(caller, `ratings hold ${n} case, expected at least 2`);
  // measured from their middle and in units of their size, so that squares neither cancel nor overflow
  const middle = mean(raters, (rater) => mean(rater, (value) => value / 2)) * 2;
  const size = Math.max(
    ...raters.map((rater) => rater.reduce((most, x) => Math.max(most, Math.abs(x - middle)), 0)),
  );
  if (!(size > 0 && size < Infinity)) fail(caller, `ratings are all ${middle}, expected different values`);
  const values = raters.map((rater) => rater.map((x) => (x - middle) / size));
  const ofCases = values[0]!.map((_, i) => mean(values, (rater) => rater[i]!));
  const ofRaters = values.map((rater) => mean(rater, itself));
  const centre = mean(ofRaters, itself);
  const between = k * sum(ofCases, (value) => (value - centre) ** 2);
  const judges = n * sum(ofRaters, (value) => (value - centre) ** 2);
  const within = sum(values, (rater) => sum(rater, (value, i) => (value - ofCases[i]!) ** 2));
  const B = between / (n - 1);
  const W = within / (n * (k - 1));
  const J = judges / (k - 1);
  const E = Math.max(0, within - judges) / ((n - 1) * (k - 1));
  const [error, more] = { 1: [W, 0], 2: [E, (J - E) / n], 3: [E, 0] }[form[0] as '1']! as [number, number];
  const whole = form.endsWith('k') ? B + more : B + (k - 1) * error + k * more;
  if (!(Math.abs(whole) > 1e-15))
    fail(caller, `ratings leave ICC(${form}) undefined, expected cases that differ`);
  return (B - error) / whole;
}
