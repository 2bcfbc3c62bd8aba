import { checkOneOf, checkOptions } from '@diff/checks';
import { itself, mean, sum } from '../statistics/sum.js';
import type { AgreementInterval } from './cohen-kappa.js';
import { agreements } from './fleiss-kappa.js';
import { studentInterval } from './linear.js';
import type { Ratings } from './units.js';

export interface GwetOptions {
  /**
   * How much categories agree: 'none' (only equal ones do), or 1 less the 'linear' or 'quadratic' distance of the values
   * over that of the outermost ones. Default: 'none'.
   */
  weights?: 'none' | 'linear' | 'quadratic';
}

/**
 * Gwet's AC1, and with `weights` his AC2, (P̄ − P̄ₑ) / (1 − P̄ₑ), whose chance agreement
 * P̄ₑ = Σ w / (q·(q − 1)) · Σ π·(1 − π) over the q categories stays small where one category is frequent: kappa is low there
 * although raters agree. P̄ is the mean agreement of the pairs of ratings of a case, π a category's share. `ratings` holds
 * one array per rater, one category per case; `NaN`, `null` and `undefined` are missing. Categories are those that occur.
 * 1 for full agreement, 0 for chance.
 *
 * @throws RangeError where all ratings are one category; where no case has two ratings; for fewer than two raters, arrays of
 * unequal length, and infinite values
 * @see Gwet, *Computing inter-rater reliability and its variance in the presence of high agreement*, 2008
 */
export function gwetAc(ratings: readonly Ratings[], options: GwetOptions = {}): number {
  checkOptions('gwetAc', options, ['weights']);
  return gwet('gwetAc', ratings, options).estimate;
}

/**
 * `gwetAc` with its standard error and Student's interval at `level` (0.95), over cases drawn at random.
 *
 * @throws RangeError as `gwetAc` does, and for a level outside (0, 1)
 * @see `gwetAc`
 */
export function gwetAcInterval(
  ratings: readonly Ratings[],
  options: GwetOptions & { level?: number } = {},
): AgreementInterval {
  const caller = 'gwetAcInterval';
  checkOptions(caller, options, ['weights', 'level']);
  const { estimate, changes } = gwet(caller, ratings, options);
  return studentInterval(caller, estimate, changes, options.level);
}

function gwet(caller: string, ratings: readonly Ratings[], { weights = 'none' }: GwetOptions) {
  checkOneOf(caller, 'weights', weights, ['none', 'linear', 'quadratic']);
  const power = { none: 0, linear: 1, quadratic: 2 }[weights];
  let range = 1;
  const similarity = (a: number, b: number) => (a === b ? 1 : 1 - (Math.abs(a - b) / range) ** power);
  if (power) {
    const { shares } = agreements(caller, ratings);
    range = Math.max(...shares.keys()) - Math.min(...shares.keys());
  }
  const { cases, agreeing, shares, paired } = agreements(caller, ratings, similarity);
  const values = [...shares.keys()];
  const categories = values.length;
  const scale = sum(values, (a) => sum(values, (b) => similarity(a, b))) / (categories * (categories - 1));
  const chance = scale * sum([...shares.values()], (share) => share * (1 - share));
  const agreement = mean(agreeing, itself);
  const estimate = (agreement - chance) / (1 - chance);
  const changes = cases.map((unit, i) => {
    const drawn = scale * mean(unit, (value) => 1 - shares.get(value)!);
    const own = agreeing[i]! - chance * (unit.length > 1 ? cases.length / paired : 0);
    return (own / (1 - chance) - (2 * (1 - estimate) * (drawn - chance)) / (1 - chance)) / cases.length;
  });
  return { estimate, changes };
}
