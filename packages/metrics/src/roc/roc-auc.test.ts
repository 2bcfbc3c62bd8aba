import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import asah from '../fixtures/asah.json' with { type: 'json' };
import { cases, kernel, mean, variance } from '../fixtures/ranked.js';
import fixtures from '../fixtures/scikit-learn.json' with { type: 'json' };
import { delong, delongTest, rocAuc, rocCurve } from '../index.js';

describe('rocAuc', () => {
  const { outcome, s100b, ndka, wfns } = asah;

  it('has, of the aSAH data, the areas that pROC publishes', () => {
    expect(rocAuc(outcome, s100b)).toBeCloseTo(0.7314, 4);
    expect(rocAuc(outcome, ndka)).toBeCloseTo(0.612, 4);
    expect(rocAuc(outcome, wfns)).toBeCloseTo(0.8237, 4);
  });

  it.each(fixtures.diagnosis.map((fixture, k) => [k, fixture] as const))(
    'equals scikit-learn on data with many ties, data %i',
    (_, fixture) => {
      const { labels, scores } = fixture;
      expect(rocAuc(labels, scores)).toBeCloseTo(fixture.rocAuc, 13);
    },
  );

  it('equals the share of pairs in order, ties half, and its parts equal the definition', () => {
    fc.assert(
      fc.property(cases, ({ labels, scores }) => {
        const psi = kernel(labels, scores);
        expect(rocAuc(labels, scores)).toBeCloseTo(mean(psi.map(mean)), 12);
        const { auc, variance: actual, interval } = delong(labels, scores, { level: 0.9 });
        expect(auc).toBeCloseTo(rocAuc(labels, scores), 12);
        expect(actual).toBeCloseTo(variance(psi), 12);
        const margin = 1.6448536269514722 * Math.sqrt(variance(psi));
        expect(interval[0]).toBeCloseTo(Math.max(0, auc - margin), 8);
        expect(interval[1]).toBeCloseTo(Math.min(1, auc + margin), 8);
      }),
    );
  });

  it('does not see increasing maps, and turns over with the scores or the labels', () => {
    fc.assert(
      fc.property(cases, ({ labels, scores }) => {
        const auc = rocAuc(labels, scores);
        expect(
          rocAuc(
            labels,
            scores.map((score) => Math.exp(3 * score) - 7),
          ),
        ).toBe(auc);
        expect(
          rocAuc(
            labels,
            scores.map((score) => -score),
          ),
        ).toBeCloseTo(1 - auc, 12);
        expect(
          rocAuc(
            labels.map((label) => 1 - label),
            scores,
          ),
        ).toBeCloseTo(1 - auc, 12);
      }),
    );
  });

  it('takes any kind of array and leaves it as it was', () => {
    const labels = [1, 0, 1, 0];
    const scores = [0.75, 0.5, 0.25, 0.5];
    for (const Kind of [Float32Array, Float64Array]) {
      const typed = Kind.from(scores);
      expect(rocAuc(Uint8Array.from(labels), typed)).toBe(0.5);
      expect(rocAuc(Kind.from(labels), typed)).toBe(0.5);
      expect(delongTest(labels, typed, typed).difference).toBe(0);
      expect([...typed]).toEqual(scores);
    }
  });

  it('ties 0 with -0', () => {
    expect(rocAuc([1, 0], [-0, 0])).toBe(0.5);
    expect(rocAuc([1, 0], [0, -0])).toBe(0.5);
    expect(rocCurve([1, 0], [0, -0]).thresholds.length).toBe(2);
  });
});
