import { describe, expect, it } from 'vitest';
import fixtures from '../fixtures/scikit-learn.json' with { type: 'json' };
import { jaccard } from '../index.js';

describe('jaccard', () => {
  it('equals scikit-learn on random masks', () => {
    const { prediction, reference, ...expected } = fixtures.overlap;
    expect(jaccard(prediction, reference)).toBeCloseTo(expected.jaccard, 14);
  });

  it('returns 1, or what `empty` says, for two empty masks', () => {
    const empty = [0, 0, 0];
    expect(jaccard(empty, empty)).toBe(1);
    expect(jaccard(empty, empty, { empty: Number.NaN })).toBeNaN();
  });
});
