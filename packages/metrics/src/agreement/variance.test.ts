import { describe, expect, it } from 'vitest';
import { variance } from '../index.js';

describe('variance', () => {
  const masks = [
    [0, 1, 1, 0, 0.5],
    [0, 1, 0, 0, 0.5],
    [0, 1, 0, 0, 0.5],
    [0, 1, 1, 1, 0.5],
  ];

  it('variance is p(1 - p) of binary masks, and 0 where soft masks agree', () => {
    [0, 0, 0.25, 3 / 16, 0].forEach((expected, i) => {
      expect(variance(masks)[i]).toBeCloseTo(expected, 7);
    });
    expect(variance([[1e6], [1e6 + 2]])[0]).toBe(1);
  });

  it('refuses values whose variance is no single-precision number', () => {
    expect(variance([[1e19], [-1e19]])[0]).toBeCloseTo(Math.fround(1e38), -32);
    expect(() => variance([[3e38], [0]])).toThrow('variance: masks[0][0] is 3e+38, expected a number from');
  });

  it('is 0 for one rater', () => {
    expect([...variance([[0, 0.3, 7]])]).toEqual([0, 0, 0]);
  });
});
