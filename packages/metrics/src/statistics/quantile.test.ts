import { describe, expect, it } from 'vitest';
import { quantile } from './quantile.js';

describe('quantile', () => {
  it('is linear between neighbours, from the smallest to the largest', () => {
    const values = Float64Array.of(1, 2, 4, 8);
    expect([0, 1 / 3, 0.5, 5 / 6, 1].map((p) => quantile(values, p))).toEqual([1, 2, 3, 6, 8]);
    expect(quantile(Float64Array.of(7), 0.3)).toBe(7);
  });
});
