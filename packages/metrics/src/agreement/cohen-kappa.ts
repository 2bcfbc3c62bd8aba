import { check, checkPair, fail, type Numbers, numbers } from '../checks.js';

/**
 * Cohen's kappa of two raters, 1 − Σ w·o / Σ w·e: o counts how often they chose each pair of categories, e
 * how often they would by chance, and w is how much a pair disagrees. Categories are any numbers;
 * `weights` is 'none' (the default: any disagreement counts 1), 'linear' or 'quadratic' in the distance
 * between the categories' ranks. 1 for full agreement, 0 for chance, negative below it. Symmetric.
 *
 * @throws RangeError where both raters use one and the same category only, as chance agreement is then
 * certain; for empty arrays, arrays of unequal length, and values that are not finite
 * @see Cohen, *A coefficient of agreement for nominal scales*, 1960, and *Weighted kappa*, 1968
 */
export function cohenKappa(
  first: Numbers,
  second: Numbers,
  { weights = 'none' }: { weights?: 'none' | 'linear' | 'quadratic' } = {},
): number {
  const caller = 'cohenKappa';
  const powers = { none: 0, linear: 1, quadratic: 2 };
  check(weights in powers, caller, 'weights', weights, "'none', 'linear' or 'quadratic'");
  checkPair(caller, 'first', first, 'second', second);
  const a = numbers(caller, 'first', first);
  const b = numbers(caller, 'second', second);
  const categories = new Float64Array(new Set([...a, ...b])).sort();
  const rank = new Map(Array.from(categories, (category, i) => [category, i]));
  const countsA = new Float64Array(categories.length);
  const countsB = new Float64Array(categories.length);
  const disagreement = (i: number, j: number) => (i === j ? 0 : Math.abs(i - j) ** powers[weights]);
  let observed = 0;
  a.forEach((value, k) => {
    const i = rank.get(value)!;
    const j = rank.get(b[k]!)!;
    countsA[i]!++;
    countsB[j]!++;
    observed += disagreement(i, j);
  });
  let expected = 0;
  countsA.forEach((countA, i) => {
    countsB.forEach((countB, j) => {
      expected += (disagreement(i, j) * countA * countB) / a.length;
    });
  });
  if (expected === 0) fail(caller, `both raters only chose ${categories[0]}, which leaves kappa undefined`);
  return 1 - observed / expected;
}
