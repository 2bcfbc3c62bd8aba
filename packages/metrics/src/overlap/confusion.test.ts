import { describe, expect, it } from 'vitest';
import fixtures from '../fixtures/scikit-learn.json' with { type: 'json' };
import { confusion, precision, sensitivity, specificity } from '../index.js';

describe('confusion', () => {
  it('equals scikit-learn on random masks', () => {
    const { prediction, reference, ...expected } = fixtures.overlap;
    expect(sensitivity(prediction, reference)).toBeCloseTo(expected.sensitivity, 14);
    expect(specificity(prediction, reference)).toBeCloseTo(expected.specificity, 14);
    expect(precision(prediction, reference)).toBeCloseTo(expected.precision, 14);
    const { trueNegatives, falsePositives, falseNegatives, truePositives } = confusion(prediction, reference);
    expect([
      [trueNegatives, falsePositives],
      [falseNegatives, truePositives],
    ]).toEqual(expected.confusion);
  });

  it('binarises with greater than, at 0.5 unless told', () => {
    expect(confusion([3, 1, 0], [2, 2, 2], { threshold: 1 })).toEqual({
      truePositives: 1,
      falsePositives: 0,
      falseNegatives: 2,
      trueNegatives: 0,
    });
  });

  it('throws for a share of nothing unless `empty` is given', () => {
    expect(() => sensitivity([1, 0], [0, 0])).toThrow(/^sensitivity: reference is an empty mask; .*`empty`/);
    expect(() => specificity([1, 0], [1, 1])).toThrow(/^specificity: reference has no background/);
    expect(() => precision([0, 0], [1, 1])).toThrow(/^precision: prediction is an empty mask/);
    expect(sensitivity([1, 0], [0, 0], { empty: 0 })).toBe(0);
    expect(specificity([1, 0], [1, 1], { empty: 1 })).toBe(1);
    expect(precision([0, 0], [1, 1], { empty: 0.5 })).toBe(0.5);
  });

  it('reads a view into a larger buffer at its place', () => {
    const values = Float32Array.of(9, 9, 9, 0.2, 0.8, 1, 9);
    const wide = Float64Array.from(values);
    expect(confusion(values.subarray(3, 6), [0, 1, 1])).toMatchObject({ truePositives: 2, trueNegatives: 1 });
    expect(confusion(wide.subarray(3, 6), [0, 1, 1])).toMatchObject({ truePositives: 2, trueNegatives: 1 });
  });
});
