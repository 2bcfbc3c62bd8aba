import { checkOneOf, checkOptions, fail } from '@diff/checks';
import { mean, sum } from '../statistics/sum.js';
import type { AgreementInterval } from './cohen-kappa.js';
import { studentInterval } from './linear.js';
import { countValues, type Ratings, ratedUnits } from './units.js';

export interface KrippendorffOptions {
  /** The scale of the values, which says how far apart two of them are. Default: 'nominal'. */
  metric?: 'nominal' | 'ordinal' | 'interval' | 'ratio';
}

/**
 * Krippendorff's alpha, 1 − Dₒ/Dₑ: the disagreement δ² observed between ratings of the same unit over the
 * one expected if they were dealt out at random. `ratings` holds one array per rater, one value per unit; `NaN`,
 * `null` and `undefined` are missing, and units with fewer than two values do not count. δ² is 1 for
 * different values ('nominal', the default), the squared number of ratings from one value to the other
 * ('ordinal'), (a − b)² ('interval'), or ((a − b)/(a + b))² ('ratio', values from 0). 1 for full agreement,
 * 0 for chance, negative below it. Any number of raters from two. Linear in the ratings, but for 'ratio', which is quadratic
 * in the distinct values.
 *
 * @throws RangeError where no unit has two values, or all values are the same, as alpha is then undefined;
 * for arrays of unequal length and infinite values
 * @see Krippendorff, *Computing Krippendorff's alpha-reliability*, 2011
 */
export function krippendorffAlpha(ratings: readonly Ratings[], options: KrippendorffOptions = {}): number {
  checkOptions('krippendorffAlpha', options, ['metric']);
  const { observed, expected, total } = disagreements('krippendorffAlpha', ratings, options);
  return 1 - ((total - 1) * sum(observed, (value) => value)) / sum(expected, (value) => value);
}

/**
 * `krippendorffAlpha` with its standard error and Student's interval at `level`, over units drawn at random: the variance of
 * the linear part of α in the units. It takes many units; with few it is a guide. Gwet's irrCAC leaves α's correction for few
 * ratings out of the variance, and so differs by about one part in as many as there are ratings: 0.1456 where this gives 0.1419
 * for Krippendorff's example of 40 ratings.
 *
 * @throws RangeError as `krippendorffAlpha` does, for fewer than two units with two values, and for a level outside (0, 1)
 * @see Gwet, *Handbook of Inter-Rater Reliability*, 2014, on the same variance
 */
export function krippendorffAlphaInterval(
  ratings: readonly Ratings[],
  options: KrippendorffOptions & { level?: number } = {},
): AgreementInterval {
  const caller = 'krippendorffAlphaInterval';
  checkOptions(caller, options, ['metric', 'level']);
  const { observed, expected, sizes, total } = disagreements(caller, ratings, options);
  const [within, between] = [observed, expected].map((parts) => sum(parts, (value) => value));
  const disagreement = ((total - 1) * within!) / between!;
  // the change of α with each unit: of its ratings, of its disagreement, of its share in all pairs, which counts twice
  const changes = observed.map(
    (value, u) =>
      -(
        (sizes[u]! * within!) / between! +
        ((total - 1) * value) / between! -
        (2 * disagreement * expected[u]!) / between!
      ),
  );
  return studentInterval(caller, 1 - disagreement, changes, options.level);
}

/** For each unit with two values or more: its Σδ²/(m − 1) within, its Σδ² with all ratings, and how many ratings it has. */
function disagreements(
  caller: string,
  ratings: readonly Ratings[],
  { metric = 'nominal' }: KrippendorffOptions,
) {
  checkOneOf(caller, 'metric', metric, ['nominal', 'ordinal', 'interval', 'ratio']);
  const units = ratedUnits(caller, ratings, metric === 'ratio' ? { low: 0 } : {}).filter(
    (unit) => unit.length > 1,
  );
  const counts = countValues(units);
  const values = [...counts.keys()].sort((a, b) => a - b);
  if (values.length === 0) fail(caller, 'ratings hold no unit with two values, expected at least one');
  if (values.length === 1) fail(caller, `all values are ${values[0]}, which leaves alpha undefined`);
  const total = sum(units, (unit) => unit.length);
  const within =
    metric === 'nominal'
      ? equal(counts)
      : metric === 'ratio'
        ? ratios(counts)
        : squares(metric === 'ordinal' ? places(values, counts) : undefined, units);
  return {
    total,
    sizes: units.map((unit) => unit.length),
    observed: units.map((unit) => within.pairs(unit) / (unit.length - 1)),
    expected: units.map((unit) => sum(unit, within.toAll)),
  };
}

/** Σδ² over the ordered pairs of a unit, and from one value to all ratings. */
interface Scale {
  pairs: (unit: number[]) => number;
  toAll: (value: number) => number;
}

function equal(counts: Map<number, number>): Scale {
  const total = [...counts.values()].reduce((a, b) => a + b, 0);
  return {
    pairs: (unit) => unit.length ** 2 - sum([...countValues([unit]).values()], (count) => count ** 2),
    toAll: (value) => total - counts.get(value)!,
  };
}

function ratios(counts: Map<number, number>): Scale {
  const squared = (a: number, b: number) => (a === b ? 0 : ((a - b) / (a + b)) ** 2);
  const known = new Map<number, number>();
  return {
    pairs: (unit) => sum(unit, (a) => sum(unit, (b) => squared(a, b))),
    toAll(value) {
      if (!known.has(value)) {
        let total = 0;
        for (const [other, count] of counts) total += count * squared(value, other);
        known.set(value, total);
      }
      return known.get(value)!;
    },
  };
}

/** Of squared distances: ΣΣ (a − b)² = 2·(n·Σx² − (Σx)²), about the mean and in units of the largest distance, so that nothing cancels or vanishes. */
function squares(place: ((value: number) => number) | undefined, units: number[][]): Scale {
  const from = place ?? ((value: number) => value);
  const all = units.flat();
  const origin = from(all[0]!);
  const size = all.reduce((most, value) => Math.max(most, Math.abs(from(value) - origin)), 0);
  const at = (value: number) => (from(value) - origin) / size;
  const centre = mean(all, at);
  const spread = sum(all, (value) => (at(value) - centre) ** 2);
  return {
    pairs(unit) {
      const middle = mean(unit, at);
      return 2 * unit.length * sum(unit, (value) => (at(value) - middle) ** 2);
    },
    toAll: (value) => all.length * (at(value) - centre) ** 2 + spread,
  };
}

/** The place of each value among all ratings, in order, the middle of its equals. */
function places(values: number[], counts: Map<number, number>): (value: number) => number {
  const found = new Map<number, number>();
  let before = 0;
  for (const value of values) {
    found.set(value, before + counts.get(value)! / 2);
    before += counts.get(value)!;
  }
  return (value) => found.get(value)!;
}
