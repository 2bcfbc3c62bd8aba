import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cases } from '../fixtures/ranked.js';
import fixtures from '../fixtures/scikit-learn.json' with { type: 'json' };
import { rocAuc, rocCurve } from '../index.js';

describe('rocCurve', () => {
  it.each(fixtures.diagnosis.map((fixture, k) => [k, fixture] as const))(
    'equals scikit-learn on data with many ties, data %i',
    (_, fixture) => {
      const { labels, scores } = fixture;
      const curve = rocCurve(labels, scores);
      expect([...curve.thresholds]).toEqual([Infinity, ...fixture.thresholds]);
      expect([...curve.falsePositiveRate]).toEqual(fixture.falsePositiveRate);
      expect([...curve.truePositiveRate]).toEqual(fixture.truePositiveRate);
    },
  );

  it('rises from (0, 0) to (1, 1), and the area below it is rocAuc', () => {
    fc.assert(
      fc.property(cases, ({ labels, scores }) => {
        const { falsePositiveRate: x, truePositiveRate: y, thresholds } = rocCurve(labels, scores);
        let area = 0;
        for (let i = 1; i < x.length; i++) {
          expect(x[i]! >= x[i - 1]! && y[i]! >= y[i - 1]! && thresholds[i]! < thresholds[i - 1]!).toBe(true);
          area += ((x[i]! - x[i - 1]!) * (y[i]! + y[i - 1]!)) / 2;
        }
        expect([x[0], y[0], x.at(-1), y.at(-1)]).toEqual([0, 0, 1, 1]);
        expect(area).toBeCloseTo(rocAuc(labels, scores), 12);
      }),
    );
  });
});
