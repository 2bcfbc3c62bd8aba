import { check, checkNumber, fail } from '@diff/checks';
import { checkStack } from '../stack.js';

/** Ratings of one rater: `NaN`, `null` and `undefined` are missing. */
export type Ratings = ArrayLike<number | null | undefined>;

/** The values that each unit got, from raters of whom some may be missing; units in order, with none too. */
export function ratedUnits(
  caller: string,
  ratings: readonly Ratings[],
  { least = 2, low = -1e100 }: { least?: number; low?: number } = {},
): number[][] {
  checkStack(caller, 'ratings', ratings, least);
  let units: number[][] = [];
  for (let k = 0; k < ratings.length; k++) {
    const rater = ratings[k]!;
    const array = Array.isArray(rater) || (ArrayBuffer.isView(rater) && 'length' in rater);
    check(array, caller, `ratings[${k}]`, rater, 'an array of numbers', 'other');
    if (k === 0) units = Array.from({ length: rater.length }, () => []);
    if (rater.length !== units.length)
      fail(caller, `ratings[${k}] has ${rater.length} values, expected ${units.length}`);
    for (let i = 0; i < units.length; i++) {
      const value = rater[i];
      if (value == null || Number.isNaN(value)) continue;
      checkNumber(caller, `ratings[${k}][${i}]`, value, low, 1e100);
      units[i]!.push(value);
    }
  }
  return units;
}

/** How often each value occurs, over all units. */
export function countValues(units: readonly number[][]): Map<number, number> {
  const counts = new Map<number, number>();
  for (const unit of units) for (const value of unit) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}
