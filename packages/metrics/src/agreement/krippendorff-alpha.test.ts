import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { panel } from '../fixtures/panel.js';
import { fleissKappa, krippendorffAlpha, krippendorffAlphaInterval } from '../index.js';

fc.configureGlobal({ seed: 1 });

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

  it('of 10,000 distinct values takes linear time', () => {
    const first = Array.from({ length: 10_000 }, (_, i) => i + 1 / 3);
    const second = first.map((value) => value + 0.25);
    const before = performance.now();
    for (const metric of ['interval', 'ordinal', 'nominal'] as const)
      krippendorffAlpha([first, second], { metric });
    expect(performance.now() - before).toBeLessThan(5000);
    expect(krippendorffAlpha([first, second], { metric: 'interval' })).toBeGreaterThan(0.999);
  });

  it('has about the standard error that irrCAC publishes, and the interval around alpha', () => {
    const { estimate, standardError, interval } = krippendorffAlphaInterval(published);
    expect(estimate).toBe(krippendorffAlpha(published));
    expect(Math.abs(standardError - 0.14557)).toBeLessThan(0.02);
    expect(interval[1]).toBe(1);
    expect(interval[0]).toBeLessThan(estimate - 2 * standardError);
    // many units drawn from the same: the deviation of the estimates from the bootstrap of units
    const repeat = published.map((rater) => Array.from({ length: 20 }, () => rater).flat());
    expect(krippendorffAlphaInterval(repeat).standardError).toBeCloseTo(standardError / Math.sqrt(20), 1);
  });
});
