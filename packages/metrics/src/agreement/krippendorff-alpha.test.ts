import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { panel } from '../fixtures/panel.js';
import { fleissKappa, krippendorffAlpha, krippendorffAlphaInterval } from '../index.js';

describe('krippendorffAlpha', () => {
  const missing = Number.NaN;
  const published = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, missing, missing, missing],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, missing, 3],
    [missing, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, missing],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, missing],
  ];

  it.each([
    ['nominal', 0.743],
    ['ordinal', 0.815],
    ['interval', 0.849],
    ['ratio', 0.797],
  ] as const)("is, of Krippendorff's example, %s, %f", (metric, expected) => {
    expect(krippendorffAlpha(published, { metric })).toBeCloseTo(expected, 3);
    expect(krippendorffAlpha([...published].reverse(), { metric })).toBeCloseTo(expected, 3);
    const holes = published.map((rater) => rater.map((value) => (Number.isNaN(value) ? null : value)));
    expect(krippendorffAlpha(holes, { metric })).toBeCloseTo(expected, 3);
    expect(
      krippendorffAlpha(
        published.map((rater) => Float32Array.from(rater)),
        { metric },
      ),
    ).toBeCloseTo(expected, 3);
  });

  it('is nominal unless told', () => {
    expect(krippendorffAlpha(published)).toBe(krippendorffAlpha(published, { metric: 'nominal' }));
  });

  it("is nearly Fleiss' kappa when nothing is missing: 1 - alpha = (1 - kappa)(1 - 1/ratings)", () => {
    fc.assert(
      fc.property(panel(3), (ratings) => {
        fc.pre(new Set(ratings.flat()).size > 1);
        const total = ratings.length * ratings[0]!.length;
        expect(1 - krippendorffAlpha(ratings)).toBeCloseTo((1 - fleissKappa(ratings)) * (1 - 1 / total), 10);
      }),
    );
  });

  it('equals the sum over all pairs of values, for every metric', () => {
    const brute = (ratings: number[][], distance: (a: number, b: number) => number) => {
      const units = ratings[0]!.map((_, i) => ratings.map((rater) => rater[i]!));
      const all = units.flat();
      const pairs = (values: number[]) =>
        values.reduce((sum, a) => sum + values.reduce((s, b) => s + distance(a, b), 0), 0);
      const observed = units.reduce((sum, unit) => sum + pairs(unit) / (unit.length - 1), 0);
      return 1 - ((all.length - 1) * observed) / pairs(all);
    };
    const first = Array.from({ length: 60 }, (_, i) => 1000 + ((i * 37) % 23));
    const second = first.map((value, i) => value + ((i * 11) % 5) - 2);
    const sorted = [...first, ...second].sort((a, b) => a - b);
    const place = (value: number) => (sorted.indexOf(value) + sorted.lastIndexOf(value)) / 2;
    const distances = {
      nominal: (a: number, b: number) => Number(a !== b),
      ordinal: (a: number, b: number) => (place(a) - place(b)) ** 2,
      interval: (a: number, b: number) => (a - b) ** 2,
      ratio: (a: number, b: number) => ((a - b) / (a + b)) ** 2,
    };
    for (const [metric, distance] of Object.entries(distances))
      expect(krippendorffAlpha([first, second], { metric: metric as 'ratio' })).toBeCloseTo(
        brute([first, second], distance),
        9,
      );
  });

  it('of 20,000 distinct values, where pair by pair takes minutes, is the closed form', () => {
    // first is 0, 2, …, second 1, 3, …: all 2n ratings are 0 to 2n − 1, and the two of a unit are neighbours
    const n = 10_000;
    const first = Array.from({ length: n }, (_, i) => 2 * i);
    const second = first.map((value) => value + 1);
    const squares = ((2 * n) ** 2 * ((2 * n) ** 2 - 1)) / 6; // ΣΣ (a − b)² of 0 to 2n − 1
    for (const metric of ['interval', 'ordinal'] as const)
      expect(1 - krippendorffAlpha([first, second], { metric })).toBeCloseTo(
        ((2 * n - 1) * 2 * n) / squares,
        15,
      );
    expect(krippendorffAlpha([first, second])).toBe(1 - ((2 * n - 1) * 2 * n) / (2 * n * (2 * n - 1)));
  });

  it('does not depend on the unit of the values', () => {
    for (const metric of ['interval', 'ratio', 'ordinal'] as const)
      for (const unit of [1e-200, 5e-324, 1e99]) {
        const scaled = published.map((rater) => rater.map((value) => value * unit));
        expect(krippendorffAlpha(scaled, { metric })).toBeCloseTo(
          krippendorffAlpha(published, { metric }),
          12,
        );
        const { standardError } = krippendorffAlphaInterval(scaled, { metric });
        expect(standardError).toBeCloseTo(krippendorffAlphaInterval(published, { metric }).standardError, 12);
      }
  });

  it('has the standard error that irrCAC publishes, but for the correction for few ratings, and the interval around alpha', () => {
    const { estimate, standardError, interval } = krippendorffAlphaInterval(published);
    expect(estimate).toBe(krippendorffAlpha(published));
    expect(uncorrected(published)).toBeCloseTo(0.14557, 5);
    expect(standardError).toBeCloseTo(0.1419, 4);
    const many = published.map((rater) => Array.from({ length: 50 }, () => rater).flat());
    expect(krippendorffAlphaInterval(many).standardError / uncorrected(many)).toBeCloseTo(1, 3);
    expect(interval[1]).toBe(1);
    expect(interval[0]).toBeLessThan(estimate - 2 * standardError);
    // many units drawn from the same: the deviation of the estimates from the bootstrap of units
    const repeat = published.map((rater) => Array.from({ length: 20 }, () => rater).flat());
    expect(krippendorffAlphaInterval(repeat).standardError).toBeCloseTo(standardError / Math.sqrt(20), 1);
  });
});

/** As irrCAC has it: the variance of (pₐ − pₑ) / (1 − pₑ), without α's 1 / ratings. */
function uncorrected(ratings: (number | null | undefined)[][]): number {
  const units = ratings[0]!
    .map((_, u) => ratings.flatMap((rater) => rater[u] ?? []).filter((value) => !Number.isNaN(value)))
    .filter((unit) => unit.length > 1);
  const n = units.length;
  const total = units.reduce((sum, { length }) => sum + length, 0);
  const size = total / n;
  const count = (value: number, unit: number[]) => unit.filter((other) => other === value).length;
  const share = (value: number) => units.reduce((sum, unit) => sum + count(value, unit), 0) / total;
  const agree = units.map(
    (unit) => unit.reduce((sum, value) => sum + count(value, unit) - 1, 0) / (size * (unit.length - 1)),
  );
  const chance = units.map((unit) => unit.reduce((sum, value) => sum + share(value), 0) / size);
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / n;
  const [observed, expected] = [mean(agree), mean(chance)];
  const corrected = observed * (1 - 1 / total) + 1 / total;
  const alpha = (observed - expected) / (1 - expected);
  const squares = units.map(({ length }, u) => {
    const more = (length - size) / size;
    const own = (agree[u]! - corrected * more - expected) / (1 - expected);
    const change = (2 * (1 - alpha) * (chance[u]! - expected * more - expected)) / (1 - expected);
    return (own - change - alpha) ** 2;
  });
  return Math.sqrt(squares.reduce((sum, square) => sum + square, 0) / (n * (n - 1)));
}
