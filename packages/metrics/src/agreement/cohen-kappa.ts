import { checkNumber, checkOneOf, checkOptions, fail } from '@diff/checks';
import { checkPair, type Numbers, numbers } from '../numbers.js';
import { upperQuantile } from '../statistics/normal.js';

export interface CohenKappaOptions {
  /** How much two categories disagree: 'none' (any two the same), or by the 'linear' or 'quadratic' distance of their ranks. */
  weights?: 'none' | 'linear' | 'quadratic';
}

/** A coefficient of agreement with its precision. */
export interface AgreementInterval {
  estimate: number;
  standardError: number;
  /** At `level`, cut to at most 1. */
  interval: [number, number];
}

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
export function cohenKappa(first: Numbers, second: Numbers, options: CohenKappaOptions = {}): number {
  checkOptions('cohenKappa', options, ['weights']);
  return kappa('cohenKappa', first, second, options).estimate;
}

/**
 * `cohenKappa` with its standard error in large samples and the normal interval at `level`: the variance of the linear part
 * of κ in the shares of each pair of categories, which is that of Fleiss, Cohen and Everitt.
 *
 * @throws RangeError as `cohenKappa` does, and for a level outside (0, 1)
 * @see Fleiss, Cohen & Everitt, *Large sample standard errors of kappa and weighted kappa*, 1969
 */
export function cohenKappaInterval(
  first: Numbers,
  second: Numbers,
  options: CohenKappaOptions & { level?: number } = {},
): AgreementInterval {
  const caller = 'cohenKappaInterval';
  checkOptions(caller, options, ['weights', 'level']);
  const { level = 0.95 } = options;
  checkNumber(caller, 'level', level, 0, 1, { open: true });
  const { estimate, standardError } = kappa(caller, first, second, options);
  const margin = upperQuantile((1 - level) / 2) * standardError;
  return { estimate, standardError, interval: [estimate - margin, Math.min(1, estimate + margin)] };
}

const POWERS = { none: 0, linear: 1, quadratic: 2 };

function kappa(caller: string, first: Numbers, second: Numbers, { weights = 'none' }: CohenKappaOptions) {
  checkOneOf(caller, 'weights', weights, ['none', 'linear', 'quadratic']);
  checkPair(caller, 'first', first, 'second', second);
  const a = numbers(caller, 'first', first);
  const b = numbers(caller, 'second', second);
  const categories = new Float64Array(new Set([...a, ...b])).sort();
  const rank = new Map(Array.from(categories, (category, i) => [category, i]));
  const ranksA = Array.from(a, (value) => rank.get(value)!);
  const ranksB = Array.from(b, (value) => rank.get(value)!);
  const cases = a.length;
  const share = (ranks: number[]) => {
    const shares = new Float64Array(categories.length);
    for (const i of ranks) shares[i]! += 1 / cases;
    return shares;
  };
  const [sharesA, sharesB] = [share(ranksA), share(ranksB)];
  const disagreement = (i: number, j: number) => (i === j ? 0 : Math.abs(i - j) ** POWERS[weights]);
  /** How much a category disagrees with one of the other rater's, drawn by chance. */
  const byChance = (others: Float64Array) =>
    categories.map((_, i) => others.reduce((sum, part, j) => sum + part * disagreement(i, j), 0));
  const [chanceA, chanceB] = [byChance(sharesB), byChance(sharesA)];
  const observed = ranksA.reduce((sum, i, k) => sum + disagreement(i, ranksB[k]!), 0) / cases;
  const expected = sharesA.reduce((sum, part, i) => sum + part * chanceA[i]!, 0);
  if (categories.length === 1)
    fail(caller, `both raters only chose ${categories[0]}, which leaves kappa undefined`);
  const estimate = 1 - observed / expected;
  let squares = 0;
  ranksA.forEach((i, k) => {
    const j = ranksB[k]!;
    const change =
      disagreement(i, j) - observed - (1 - estimate) * (chanceA[i]! + chanceB[j]! - 2 * expected);
    squares += change ** 2;
  });
  return { estimate, standardError: Math.sqrt(squares) / cases / expected };
}
