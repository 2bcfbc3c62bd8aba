import { describe, expect, it } from 'vitest';
import fixtures from '../fixtures/scikit-learn.json' with { type: 'json' };
import { upperQuantile, upperTail } from './normal.js';

describe('the normal distribution', () => {
  it("equals SciPy's", () => {
    const { z, p } = fixtures.normal;
    z.forEach((value, i) => {
      const expected = fixtures.normal.upperTail[i]!;
      expect(Math.abs(upperTail(value) / expected - 1)).toBeLessThan(1e-12);
    });
    p.forEach((value, i) => {
      expect(upperQuantile(value)).toBeCloseTo(fixtures.normal.upperQuantile[i]!, 10);
    });
    expect(upperTail(Infinity)).toBe(0);
  });
});
