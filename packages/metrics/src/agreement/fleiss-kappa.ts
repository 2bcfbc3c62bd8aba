import { fail, type Numbers, numbers } from '../checks.js';
import { stack } from '../stack.js';

/**
 * Fleiss' kappa of R raters who each put every case into a category, (P̄ − P̄ₑ) / (1 − P̄ₑ): P̄ is the share of
 * pairs of raters that agree, averaged over cases, and P̄ₑ the sum of the categories' squared shares.
 * `ratings` holds an array a rater, a category (any number) a case, none missing. 1 for full agreement,
 * 0 for chance, negative below it.
 *
 * @throws RangeError where all ratings are one category, as chance agreement is then certain; for fewer than
 * two raters, empty arrays, arrays of unequal length, and values that are not finite
 * @see Fleiss, *Measuring nominal scale agreement among many raters*, 1971
 */
export function fleissKappa(ratings: readonly Numbers[]): number {
  const raters = stack('fleissKappa', 'ratings', ratings, 2, numbers);
  const cases = raters[0]!.length;
  const totals = new Map<number, number>();
  let agreeing = 0;
  for (let i = 0; i < cases; i++) {
    const counts = new Map<number, number>();
    for (const rater of raters) {
      const before = counts.get(rater[i]!) ?? 0;
      agreeing += 2 * before;
      counts.set(rater[i]!, before + 1);
      totals.set(rater[i]!, (totals.get(rater[i]!) ?? 0) + 1);
    }
  }
  if (totals.size === 1)
    fail('fleissKappa', `all ratings are ${raters[0]![0]}, which leaves kappa undefined`);
  const agreement = agreeing / (cases * raters.length * (raters.length - 1));
  let chance = 0;
  for (const total of totals.values()) chance += (total / (cases * raters.length)) ** 2;
  return (agreement - chance) / (1 - chance);
}
