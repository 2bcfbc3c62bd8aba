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

  it('is 0 for one rater', () => {
    expect([...variance([[0, 0.3, 7]])]).toEqual([0, 0, 0]);
  });
});
