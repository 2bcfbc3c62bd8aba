import { describe, expect, it } from 'vitest';
import { meanVariance } from './mean-variance.js';

describe('meanVariance', () => {
  it("is the mean, and the sample's variance over the number of values", () => {
    // the squares of 1, 2, 3, 6 about their mean 3 add up to 14, over three degrees of freedom and four values
    expect(meanVariance('who', Float64Array.of(1, 2, 3, 6), 'one')).toEqual([3, 14 / 3 / 4]);
  });

  it('says what a single value is', () => {
    expect(() => meanVariance('who', Float64Array.of(1), 'values hold one case')).toThrow(
      'who: values hold one case, expected at least two for a variance',
    );
  });
});
