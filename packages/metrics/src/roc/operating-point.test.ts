import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cases } from '../fixtures/ranked.js';
import { operatingPoint, rocCurve, youden } from '../index.js';

describe('operating points', () => {
  const labels = [0, 0, 1, 0, 1, 1, 0, 1];
  const scores = [1, 2, 3, 4, 5, 5, 5, 8];

  it('youden finds the greatest sensitivity + specificity - 1', () => {
    // at >= 5: three of four positives, one of four negatives; at >= 3 it is as good, but lower
    expect(youden(labels, scores)).toEqual({
      threshold: 5,
      sensitivity: 0.75,
      specificity: 0.75,
      index: 0.5,
    });
    expect(youden([0, 1], [2, 1])).toEqual({ threshold: Infinity, sensitivity: 0, specificity: 1, index: 0 });
  });

  it('operatingPoint reaches what is wanted at the best of the other', () => {
    expect(operatingPoint(labels, scores, { sensitivity: 0.7 })).toEqual({
      threshold: 5,
      sensitivity: 0.75,
      specificity: 0.75,
    });
    expect(operatingPoint(labels, scores, { specificity: 1 })).toEqual({
      threshold: 8,
      sensitivity: 0.25,
      specificity: 1,
    });
    expect(operatingPoint([0, 1], [2, 1], { specificity: 1 }).threshold).toBe(Infinity);
  });

  it('are the best of all points of the curve', () => {
    fc.assert(
      fc.property(cases, fc.integer({ min: 0, max: 97 }), (data, share) => {
        // between the shares that fewer than 97 cases can have, so that rounding does not matter
        const wanted = share / 97;
        const curve = rocCurve(data.labels, data.scores);
        const all = Array.from(curve.thresholds, (threshold, i) => ({
          threshold,
          sensitivity: curve.truePositiveRate[i]!,
          specificity: 1 - curve.falsePositiveRate[i]!,
        }));
        const best = Math.max(...all.map((point) => point.sensitivity + point.specificity - 1));
        expect(youden(data.labels, data.scores).index).toBeCloseTo(best, 12);
        const sensitive = operatingPoint(data.labels, data.scores, { sensitivity: wanted });
        const specific = operatingPoint(data.labels, data.scores, { specificity: wanted });
        const most = (name: 'sensitivity' | 'specificity', other: typeof name) =>
          Math.max(...all.filter((point) => point[other] >= wanted - 1e-12).map((point) => point[name]));
        expect(sensitive.sensitivity).toBeGreaterThanOrEqual(wanted);
        expect(sensitive.specificity).toBeCloseTo(most('specificity', 'sensitivity'), 12);
        expect(specific.specificity).toBeGreaterThanOrEqual(wanted);
        expect(specific.sensitivity).toBeCloseTo(most('sensitivity', 'specificity'), 12);
      }),
    );
  });
});
