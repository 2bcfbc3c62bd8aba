import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arrays, diceAt, masks } from '../fixtures/masks.js';
import fixtures from '../fixtures/scikit-learn.json' with { type: 'json' };
import { confusion, dice, jaccard, precision, sensitivity } from '../index.js';
import { uniform } from '../statistics/random.js';

describe('dice', () => {
  it('equals scikit-learn on random masks', () => {
    const { prediction, reference, ...expected } = fixtures.overlap;
    expect(dice(prediction, reference)).toBeCloseTo(expected.dice, 14);
  });

  it('binarises with greater than, at 0.5 unless told', () => {
    expect(dice([0.5, 0.6], [0, 1])).toBe(1);
    expect(dice([0.5, 0.6], [0, 1], { threshold: 0.4 })).toBeCloseTo(2 / 3);
  });

  it('returns 1, or what `empty` says, for two empty masks', () => {
    const empty = [0, 0, 0];
    expect(dice(empty, empty)).toBe(1);
    expect(dice(empty, empty, { empty: 0 })).toBe(0);
    expect(dice(empty, [0, 1, 0])).toBe(0);
  });

  it('is the same for every kind of array, in any combination and over block borders', () => {
    const random = uniform(5);
    const prediction = Array.from({ length: 20_011 }, () => Math.round(random()));
    const reference = Array.from({ length: 20_011 }, () => Math.round(random()));
    const expected = diceAt(prediction, reference, 0.5);
    for (const A of Object.values(arrays)) {
      for (const B of Object.values(arrays))
        expect(dice(A.from(prediction), B.from(reference))).toBe(expected);
    }
  });

  it('keeps the laws between the overlap metrics', () => {
    fc.assert(
      fc.property(masks, ([a, b]) => {
        const d = dice(a, b);
        expect(jaccard(a, b)).toBeCloseTo(d / (2 - d), 12);
        expect(dice(a, a)).toBe(1);
        const { truePositives, falsePositives, falseNegatives, trueNegatives } = confusion(a, b);
        expect(truePositives + falsePositives + falseNegatives + trueNegatives).toBe(a.length);
        const empty = 0;
        const p = precision(a, b, { empty });
        const s = sensitivity(a, b, { empty });
        if (truePositives) expect(d).toBeCloseTo((2 * p * s) / (p + s), 12);
        expect(sensitivity(b, a, { empty })).toBe(p);
      }),
    );
  });
});
