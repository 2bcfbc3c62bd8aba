import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import asah from './fixtures/asah.json' with { type: 'json' };
import fixtures from './fixtures/scikit-learn.json' with { type: 'json' };
import {
  averagePrecision,
  brier,
  delong,
  delongTest,
  expectedCalibrationError,
  operatingPoint,
  rocAuc,
  rocCurve,
  youden,
} from './index.js';
import { upperQuantile, upperTail } from './normal.js';

fc.configureGlobal({ seed: 1 });

/** Mann–Whitney kernel of every pair: rows are positives, columns negatives. */
function kernel(labels: ArrayLike<number>, scores: ArrayLike<number>): number[][] {
  const cases = Array.from(scores, (score, i) => ({ score, label: labels[i] }));
  const negatives = cases.filter(({ label }) => label === 0);
  return cases
    .filter(({ label }) => label === 1)
    .map((p) => negatives.map((n) => (p.score > n.score ? 1 : p.score === n.score ? 0.5 : 0)));
}

const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;

/** DeLong's variance from its definition, over all pairs. */
function variance(psi: number[][]): number {
  const spread = (values: number[]) =>
    values.reduce((sum, value) => sum + (value - mean(values)) ** 2, 0) / (values.length - 1) / values.length;
  return spread(psi.map(mean)) + spread(psi[0]!.map((_, j) => mean(psi.map((row) => row[j]!))));
}

/** Cases of both classes, at least two of each, with many ties. */
const cases = fc
  .record({
    rest: fc.array(fc.tuple(fc.constantFrom(0, 1), fc.integer({ min: -4, max: 4 })), { maxLength: 40 }),
    first: fc.array(fc.integer({ min: -4, max: 4 }), { minLength: 4, maxLength: 4 }),
  })
  .map(({ rest, first }) => {
    const all = [...first.map((score, i): [number, number] => [i % 2, score]), ...rest];
    return { labels: all.map(([label]) => label), scores: all.map(([, score]) => score / 4) };
  });

describe('the aSAH data of pROC', () => {
  const { outcome, s100b, ndka, wfns } = asah;

  it('have the areas that pROC publishes', () => {
    expect(rocAuc(outcome, s100b)).toBeCloseTo(0.7314, 4);
    expect(rocAuc(outcome, ndka)).toBeCloseTo(0.612, 4);
    expect(rocAuc(outcome, wfns)).toBeCloseTo(0.8237, 4);
  });

  it('have the DeLong intervals that pROC publishes', () => {
    const [low, high] = delong(outcome, ndka).interval;
    expect(low).toBeCloseTo(0.5012, 4);
    expect(high).toBeCloseTo(0.7227, 4);
    const s100bInterval = delong(outcome, s100b).interval;
    expect(s100bInterval[0]).toBeCloseTo(0.6301, 4);
    expect(s100bInterval[1]).toBeCloseTo(0.8326, 4);
  });

  it('have the DeLong test that pROC publishes', () => {
    const { difference, z, p, interval } = delongTest(outcome, wfns, s100b);
    expect(difference).toBeCloseTo(0.8237 - 0.7314, 4);
    expect(z).toBeCloseTo(2.209, 3);
    expect(p).toBeCloseTo(0.0272, 4);
    expect(interval[0]).toBeCloseTo(0.0104, 4);
    expect(interval[1]).toBeCloseTo(0.1742, 4);
  });
});

describe("scikit-learn's values of data with many ties", () => {
  it.each(fixtures.diagnosis.map((fixture, k) => [k, fixture] as const))(
    'come out, data %i',
    (_, fixture) => {
      const { labels, scores } = fixture;
      expect(rocAuc(labels, scores)).toBeCloseTo(fixture.rocAuc, 13);
      expect(averagePrecision(labels, scores)).toBeCloseTo(fixture.averagePrecision, 13);
      expect(brier(labels, scores)).toBeCloseTo(fixture.brier, 13);
      const curve = rocCurve(labels, scores);
      expect([...curve.thresholds]).toEqual([Infinity, ...fixture.thresholds]);
      expect([...curve.falsePositiveRate]).toEqual(fixture.falsePositiveRate);
      expect([...curve.truePositiveRate]).toEqual(fixture.truePositiveRate);
    },
  );
});

describe('rocAuc', () => {
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

describe('rocCurve', () => {
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

describe('delongTest', () => {
  const paired = cases.chain(({ labels, scores }) =>
    fc
      .array(fc.integer({ min: -4, max: 4 }), { minLength: labels.length, maxLength: labels.length })
      .map((other) => ({ labels, scores, other })),
  );

  it('equals the definition over all pairs, and turns over with its arguments', () => {
    fc.assert(
      fc.property(paired, ({ labels, scores, other }) => {
        const a = kernel(labels, scores);
        const b = kernel(labels, other);
        const psi = a.map((row, i) => row.map((value, j) => value - b[i]![j]!));
        const result = delongTest(labels, scores, other);
        expect(result.difference).toBeCloseTo(mean(psi.map(mean)), 12);
        expect(result.variance).toBeCloseTo(variance(psi), 12);
        const turned = delongTest(labels, other, scores);
        expect(turned.z).toBeCloseTo(-result.z, 10);
        expect(turned.p).toBeCloseTo(result.p, 12);
        expect(turned.interval[0]).toBeCloseTo(-result.interval[1], 12);
      }),
    );
  });

  it('finds no difference between a score and itself: z is 0 and p is 1', () => {
    expect(delongTest([0, 1, 0, 1], [1, 2, 3, 4], [10, 20, 30, 40])).toEqual({
      difference: 0,
      variance: 0,
      z: 0,
      p: 1,
      interval: [0, 0],
    });
  });

  it('has an infinite z between a perfect score and a perfectly wrong one', () => {
    expect(delongTest([0, 0, 1, 1], [1, 2, 3, 4], [4, 3, 2, 1])).toEqual({
      difference: 1,
      variance: 0,
      z: Infinity,
      p: 0,
      interval: [1, 1],
    });
  });

  it('names the score that is wrong', () => {
    expect(() => delongTest([0, 1, 0, 1], [1, 2, 3, 4], [1, 2, Number.NaN, 4])).toThrow(
      'delongTest: b[2] is NaN',
    );
    expect(() => delongTest([0, 1, 0, 1], [1, 2, 3, 4], [1])).toThrow('labels has 4 values, b has 1');
  });
});

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

describe('calibration', () => {
  it('the Brier score is 0 for the truth, 1 for its opposite, 0.25 for one half', () => {
    expect(brier([0, 1, 1], [0, 1, 1])).toBe(0);
    expect(brier([0, 1, 1], [1, 0, 0])).toBe(1);
    expect(brier([0, 1, 1], [0.5, 0.5, 0.5])).toBe(0.25);
  });

  it('the expected calibration error comes out by hand', () => {
    // bins [0, .5) and [.5, 1]: mean .2 against 1/2 of two, mean .9 against 2/3 of three
    const error = (2 / 5) * Math.abs(0.2 - 1 / 2) + (3 / 5) * Math.abs(0.9 - 2 / 3);
    expect(expectedCalibrationError([0, 1, 1, 0, 1], [0.1, 0.3, 0.8, 0.9, 1], { bins: 2 })).toBeCloseTo(
      error,
      12,
    );
    expect(expectedCalibrationError([0, 1], [0, 1])).toBe(0);
    expect(expectedCalibrationError([1, 0], [0, 1])).toBe(1);
  });

  it('the expected calibration error equals its definition', () => {
    const forecast = fc.tuple(fc.constantFrom(0, 1), fc.double({ min: 0, max: 1, noNaN: true }));
    fc.assert(
      fc.property(fc.array(forecast, { minLength: 1 }), fc.integer({ min: 1, max: 20 }), (pairs, bins) => {
        let expected = 0;
        for (let k = 0; k < bins; k++) {
          const bin = pairs.filter(([, p]) => Math.min(bins - 1, Math.floor(p * bins)) === k);
          if (!bin.length) continue;
          expected +=
            (bin.length / pairs.length) *
            Math.abs(mean(bin.map(([, p]) => p)) - mean(bin.map(([label]) => label)));
        }
        const labels = pairs.map(([label]) => label);
        const probabilities = pairs.map(([, p]) => p);
        expect(expectedCalibrationError(labels, probabilities, { bins })).toBeCloseTo(expected, 10);
      }),
    );
  });
});

describe('the normal distribution', () => {
  it("equals SciPy's", () => {
    const { z, p } = fixtures.normal;
    z.forEach((value, i) => {
      const expected = fixtures.normal.upperTail[i]!;
      expect(Math.abs(upperTail(value) / expected - 1)).toBeLessThan(1e-12);
    });
    p.forEach((value, i) => {
      expect(upperQuantile(value)).toBeCloseTo(fixtures.normal.upperQuantile[i]!, 10);
    });
    expect(upperTail(Infinity)).toBe(0);
  });
});
