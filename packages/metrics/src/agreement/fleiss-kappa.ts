import { checkOptions, fail } from '@diff/checks';
import { itself, mean, sum } from '../statistics/sum.js';
import type { AgreementInterval } from './cohen-kappa.js';
import { studentInterval } from './linear.js';
import { countValues, type Ratings, ratedUnits } from './units.js';

/**
 * Fleiss' kappa of several raters who put cases into categories, (P̄ − P̄ₑ) / (1 − P̄ₑ): P̄ is the share of pairs of ratings
 * of a case that agree, averaged over cases with two ratings or more, and P̄ₑ the sum of the categories' squared shares,
 * each averaged over cases. `ratings` holds one array per rater, one category (any number) per case; `NaN`, `null` and
 * `undefined` are missing, so that cases may have unequal numbers of ratings. 1 for full agreement, 0 for chance, negative
 * below it.
 *
 * @throws RangeError where all ratings are one category, as chance agreement is then certain; where no case has two
 * ratings; for fewer than two raters, arrays of unequal length, and infinite values
 * @see Fleiss, *Measuring nominal scale agreement among many raters*, 1971; for unequal numbers Gwet, *Handbook of
 * Inter-Rater Reliability*, 2014
 */
export function fleissKappa(ratings: readonly Ratings[]): number {
  return fleiss('fleissKappa', ratings).estimate;
}

/**
 * `fleissKappa` with its standard error and Student's interval at `level` (0.95), over cases drawn at random.
 *
 * @throws RangeError as `fleissKappa` does, and for a level outside (0, 1)
 * @see Gwet, *Large-sample variance of Fleiss generalized kappa*, 2021
 */
export function fleissKappaInterval(
  ratings: readonly Ratings[],
  options: { level?: number } = {},
): AgreementInterval {
  const caller = 'fleissKappaInterval';
  checkOptions(caller, options, ['level']);
  const { estimate, changes } = fleiss(caller, ratings);
  return studentInterval(caller, estimate, changes, options.level);
}

function fleiss(caller: string, ratings: readonly Ratings[]) {
  const { cases, agreeing, shares, paired } = agreements(caller, ratings);
  const chance = sum([...shares.values()], (share) => share ** 2);
  const agreement = mean(agreeing, itself);
  const estimate = (agreement - chance) / (1 - chance);
  const changes = cases.map((unit, i) => {
    const drawn = mean(unit, (value) => shares.get(value)!);
    const own = agreeing[i]! - chance * (unit.length > 1 ? cases.length / paired : 0);
    return (own - 2 * (1 - estimate) * (drawn - chance)) / (1 - chance) / cases.length;
  });
  return { estimate, changes };
}

/**
 * Cases with a rating; how much of the pairs in each agree, scaled so that its mean over all cases is that over cases with
 * two ratings or more; and the share of each category, averaged over cases. `similarity` is 1 for equal categories.
 */
export function agreements(
  caller: string,
  ratings: readonly Ratings[],
  similarity: (a: number, b: number) => number = (a, b) => +(a === b),
) {
  const cases = ratedUnits(caller, ratings).filter((unit) => unit.length > 0);
  const paired = cases.filter((unit) => unit.length > 1).length;
  if (paired === 0) fail(caller, 'ratings hold no case with two ratings, expected at least one');
  const shares = new Map<number, number>();
  for (const unit of cases)
    for (const [value, count] of countValues([unit]))
      shares.set(value, (shares.get(value) ?? 0) + count / unit.length / cases.length);
  if (shares.size === 1)
    fail(caller, `all ratings are ${cases[0]![0]}, which leaves the coefficient undefined`);
  const agreeing = cases.map((unit) => {
    if (unit.length < 2) return 0;
    const counts = [...countValues([unit])];
    const pairs = sum(counts, ([a, m]) =>
      sum(counts, ([b, n]) => similarity(a, b) * m * (a === b ? n - 1 : n)),
    );
    return (pairs / (unit.length * (unit.length - 1))) * (cases.length / paired);
  });
  return { cases, agreeing, shares, paired };
}
