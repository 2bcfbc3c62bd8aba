import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import asah from '../fixtures/asah.json' with { type: 'json' };
import { cases, kernel, mean, variance } from '../fixtures/ranked.js';
import { delong, delongTest } from '../index.js';

describe('delong', () => {
  const { outcome, s100b, ndka } = asah;

  it('has, of the aSAH data, the intervals that pROC publishes', () => {
    const [low, high] = delong(outcome, ndka).interval;
    expect(low).toBeCloseTo(0.5012, 4);
    expect(high).toBeCloseTo(0.7227, 4);
    const s100bInterval = delong(outcome, s100b).interval;
    expect(s100bInterval[0]).toBeCloseTo(0.6301, 4);
    expect(s100bInterval[1]).toBeCloseTo(0.8326, 4);
  });
});

describe('delongTest', () => {
  const { outcome, s100b, wfns } = asah;

  it('is, of the aSAH data, what pROC publishes', () => {
    const { difference, z, p, interval } = delongTest(outcome, wfns, s100b);
    expect(difference).toBeCloseTo(0.8237 - 0.7314, 4);
    expect(z).toBeCloseTo(2.209, 3);
    expect(p).toBeCloseTo(0.0272, 4);
    expect(interval[0]).toBeCloseTo(0.0104, 4);
    expect(interval[1]).toBeCloseTo(0.1742, 4);
  });

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
    expect(() => delongTest([0, 1, 0, 1], [1, 2, 3, 4], [1])).toThrow(
      'delongTest: b has 1 values, expected 4',
    );
  });
});
