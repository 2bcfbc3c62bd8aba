import { describe, expect, it } from 'vitest';
import { entropy } from '../index.js';

describe('entropy', () => {
  const masks = [
    [0, 1, 1, 0, 0.5],
    [0, 1, 0, 0, 0.5],
    [0, 1, 0, 0, 0.5],
    [0, 1, 1, 1, 0.5],
  ];

  it('entropy is that of the mean, in bits', () => {
    const quarter = 0.25 * 2 + 0.75 * Math.log2(4 / 3);
    [0, 0, 1, quarter, 1].forEach((expected, i) => {
      expect(entropy(masks)[i]).toBeCloseTo(expected, 6);
    });
  });

  it('is 0 for one rater', () => {
    expect([...entropy([[0, 1, 1]])]).toEqual([0, 0, 0]);
  });
});
