import { check, checkFinite, fail } from '../checks.js';
import { sum } from '../statistics/sum.js';

const METRICS = ['nominal', 'ordinal', 'interval', 'ratio'] as const;

/**
 * Krippendorff's alpha, 1 − Dₒ/Dₑ: the disagreement δ² observed between ratings of the same unit over the
 * one expected if they were dealt out at random. `ratings` holds an array a rater, a value a unit; `NaN`,
 * `null` and `undefined` are missing, and units with fewer than two values do not count. δ² is 1 for
 * different values ('nominal', the default), the squared number of ratings from one value to the other
 * ('ordinal'), (a − b)² ('interval'), or ((a − b)/(a + b))² ('ratio', values from 0). 1 for full agreement,
 * 0 for chance, negative below it. Any number of raters from two.
 *
 * @throws RangeError where no unit has two values, or all values are the same, as alpha is then undefined;
 * for arrays of unequal length and infinite values
 * @see Krippendorff, *Computing Krippendorff's alpha-reliability*, 2011
 */
export function krippendorffAlpha(
  ratings: readonly ArrayLike<number | null | undefined>[],
  { metric = 'nominal' }: { metric?: (typeof METRICS)[number] } = {},
): number {
  const caller = 'krippendorffAlpha';
  check(METRICS.includes(metric), caller, 'metric', metric, "'nominal', 'ordinal', 'interval' or 'ratio'");
  const units = pairable(caller, ratings, metric === 'ratio');
  const counts = new Map<number, number>();
  for (const value of units.flat()) counts.set(value, (counts.get(value) ?? 0) + 1);
  const values = [...counts.keys()].sort((a, b) => a - b);
  if (values.length === 0) fail(caller, 'no unit has two values');
  if (values.length === 1) fail(caller, `all values are ${values[0]}, which leaves alpha undefined`);
  let total = 0;
  const places = new Map<number, number>();
  for (const value of values) {
    const count = counts.get(value)!;
    places.set(value, metric === 'ordinal' ? total + count / 2 : value);
    total += count;
  }
  const place = (value: number) => places.get(value)!;
  const disagreement = (a: number, b: number) => {
    if (a === b) return 0;
    return metric === 'nominal' ? 1 : ((a - b) / (metric === 'ratio' ? a + b : 1)) ** 2;
  };
  const observed = sum(units, (unit) => {
    const placed = unit.map(place);
    return sum(placed, (a) => sum(placed, (b) => disagreement(a, b))) / (unit.length - 1);
  });
  const expected = sum(values, (a) =>
    sum(values, (b) => counts.get(a)! * counts.get(b)! * disagreement(place(a), place(b))),
  );
  return 1 - ((total - 1) * observed) / expected;
}

/** The values of each unit that has at least two. */
function pairable(
  caller: string,
  ratings: readonly ArrayLike<number | null | undefined>[],
  positive: boolean,
): number[][] {
  check(Array.isArray(ratings), caller, 'ratings', ratings, 'an array of arrays');
  if (ratings.length < 2) fail(caller, `ratings holds ${ratings.length} arrays, expected at least 2`);
  ratings.forEach((rater, k) => {
    check(Object(rater) === rater, caller, `ratings[${k}]`, rater, 'an array of numbers');
  });
  const { length } = ratings[0]!;
  const units: number[][] = Array.from({ length }, () => []);
  ratings.forEach((rater, k) => {
    if (rater.length !== length) {
      fail(caller, `ratings[0] has ${length} values, ratings[${k}] has ${rater.length}`);
    }
    units.forEach((unit, i) => {
      const value = rater[i];
      if (value == null || Number.isNaN(value)) return;
      checkFinite(caller, `ratings[${k}][${i}]`, value);
      check(!positive || value >= 0, caller, `ratings[${k}][${i}]`, value, 'a number from 0');
      unit.push(value);
    });
  });
  return units.filter((unit) => unit.length > 1);
}
