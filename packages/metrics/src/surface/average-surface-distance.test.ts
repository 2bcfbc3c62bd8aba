import { describe, expect, it } from 'vitest';
import { averageSurfaceDistance } from '../index.js';

describe('averageSurfaceDistance', () => {
  it('is the mean over both surfaces', () => {
    // to the reference 0 and 1, to the prediction 0: three surface pixels
    expect(averageSurfaceDistance([1, 1, 0], [1, 0, 0], { shape: [3], spacing: [3] })).toBeCloseTo(1, 12);
  });

  it('tells two empty masks from one, and takes labels', () => {
    const options = { shape: [3], bothEmpty: 0, oneEmpty: 9 };
    expect(averageSurfaceDistance([0, 0, 0], [0, 0, 0], options)).toBe(0);
    expect(averageSurfaceDistance([0, 1, 0], [0, 0, 0], options)).toBe(9);
    expect(
      averageSurfaceDistance([1, 2, 2], [1, 1, 2], { shape: [3], labels: [1, 2, 3], bothEmpty: Number.NaN }),
    ).toEqual({ labels: [1, 2, 3], values: [1 / 3, 1 / 3, Number.NaN], macro: 1 / 3, weighted: 1 / 3 });
  });
});
