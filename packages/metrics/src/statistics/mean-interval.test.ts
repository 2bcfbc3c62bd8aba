import { describe, expect, it } from 'vitest';
import { meanInterval } from '../index.js';

/** Two values or more whose mean is 0 and whose standard error is 1: the margin is the quantile itself. */
function unit(n: number): number[] {
  const values = Array.from({ length: n }, (_, i) => i - (n - 1) / 2);
  const squares = values.reduce((sum, value) => sum + value ** 2, 0);
  return values.map((value) => value * Math.sqrt((n * (n - 1)) / squares));
}

/** P(|T| < t) by Simpson's rule, with the density's constant from the same rule over the whole line. */
function probabilityWithin(t: number, freedom: number): number {
  const integral = (to: number) => {
    const steps = 20_000;
    const at = (i: number) => Math.cos((to * i) / steps) ** (freedom - 1);
    let total = at(0) + at(steps);
    for (let i = 1; i < steps; i++) total += (i % 2 ? 4 : 2) * at(i);
    return (total * to) / steps / 3;
  };
  return integral(Math.atan(t / Math.sqrt(freedom))) / integral(Math.PI / 2);
}

describe('meanInterval', () => {
  it.each([
    // Degrees of freedom, then the 95 %, 99 % and 99.9 % points of |T|, as printed in tables.
    [1, 12.706, 63.657, 636.619],
    [2, 4.303, 9.925, 31.599],
    [3, 3.182, 5.841, 12.924],
    [4, 2.776, 4.604, 8.61],
    [5, 2.571, 4.032, 6.869],
    [9, 2.262, 3.25, 4.781],
    [10, 2.228, 3.169, 4.587],
    [29, 2.045, 2.756, 3.659],
    [30, 2.042, 2.75, 3.646],
    [120, 1.98, 2.617, 3.373],
  ])('has the published quantiles for %i degrees of freedom', (freedom, ...published) => {
    for (const [i, level] of [0.95, 0.99, 0.999].entries())
      expect(Math.abs(meanInterval(unit(freedom + 1), { level }).margin - published[i]!)).toBeLessThan(6e-4);
  });

  it('holds the level, by numerical integration of the density', () => {
    for (const freedom of [1, 2, 3, 6, 17, 100, 1001])
      for (const level of [0.1, 0.5, 0.95, 0.999]) {
        const { margin } = meanInterval(unit(freedom + 1), { level });
        expect(probabilityWithin(margin, freedom)).toBeCloseTo(level, 9);
      }
  });

  it("is the normal distribution's for many values", () => {
    expect(meanInterval(unit(200_001)).margin).toBeCloseTo(1.959964, 4);
  });

  it('lies around the mean: 1, 2, 3 have 2 ± 4.303 / √3', () => {
    const { mean, margin, interval } = meanInterval(Float32Array.of(1, 2, 3));
    expect(mean).toBe(2);
    expect(margin).toBeCloseTo(4.30265273 / Math.sqrt(3), 8);
    expect(interval).toEqual([2 - margin, 2 + margin]);
    expect(meanInterval([5, 5, 5])).toEqual({ mean: 5, margin: 0, interval: [5, 5] });
  });

  it('names what it cannot take', () => {
    expect(() => meanInterval([])).toThrow('meanInterval: values is empty, expected');
    expect(() => meanInterval([1])).toThrow(
      new RangeError('meanInterval: values hold one case, expected at least two for a variance'),
    );
    expect(() => meanInterval([1, Number.NaN])).toThrow(
      'meanInterval: values[1] is NaN, expected a finite number',
    );
    expect(() => meanInterval([1.7e308, 1.7e308])).toThrow(
      'meanInterval: values[0] is 1.7e+308, expected a number from -1e+100 to 1e+100',
    );
    expect(() => meanInterval([1, 2], { level: 1 })).toThrow(
      'meanInterval: level is 1, expected a number between 0 and 1',
    );
    expect(() => meanInterval('12' as unknown as number[])).toThrow(TypeError);
  });
});
