import { randomStream } from '@diff/train';
import { describe, expect, it } from 'vitest';
import { calibrationError, reliability } from './calibration.js';
import { caseOf, resultsOf } from './fixtures/results.js';

const logit = (probability: number) => Math.log(probability / (1 - probability));
const [mask, judge] = ['T&G on DF-GT', 'Baseline-Dia'];
/** Each probability with how many ill and healthy it was said of. */
const casesOf = (said: readonly [probability: number, ill: number, healthy: number][]) =>
  said.flatMap(([probability, ill, healthy], k) =>
    Array.from({ length: ill + healthy }, (_, i) =>
      caseOf(`${k}.${i}`, i < ill ? 1 : 0, {}, { [mask]: logit(probability) }),
    ),
  );

describe('reliability', () => {
  it('is, bin by bin, what was said and what was so', () => {
    const cases = casesOf([
      [0.1, 1, 3],
      [0.15, 0, 4],
      [0.7, 6, 2],
    ]);
    const [low, high, ...more] = reliability(resultsOf([cases]), judge, mask);
    expect(more).toEqual([]);
    expect(low).toEqual({ said: expect.closeTo(0.125, 12), ill: 1 / 8, cases: 8 });
    expect(high).toEqual({ said: expect.closeTo(0.7, 12), ill: 6 / 8, cases: 8 });
  });
});

describe('calibrationError', () => {
  it('is the mean distance of the bins from the diagonal, each as heavy as it has cases', () => {
    const random = randomStream(4, 2);
    const cases = Array.from({ length: 60 }, (_, i) =>
      caseOf(`${i}`, i % 3 ? 0 : 1, {}, { [mask]: 2 * random.normal() + (i % 3 ? 0 : 1) }),
    );
    const results = resultsOf([cases]);
    const bins = reliability(results, judge, mask);
    expect(bins.length).toBeGreaterThan(3);
    const byHand = bins.reduce((sum, bin) => sum + (bin.cases / 60) * Math.abs(bin.said - bin.ill), 0);
    const { value, interval, of } = calibrationError(results, judge, mask)!;
    expect(value).toBeCloseTo(byHand, 12);
    expect(of).toBe(60);
    expect(interval![0]).toBeGreaterThan(0);
    expect(interval![1]).toBeGreaterThan(value);
  });

  it('of several rounds is the mean of theirs, and absent without cases', () => {
    const rounds = [casesOf([[0.5, 4, 4]]), casesOf([[0.5, 6, 2]])];
    expect(calibrationError(resultsOf(rounds), judge, mask)!.value).toBeCloseTo(0.125, 12);
    expect(calibrationError(resultsOf([[]]), judge, mask)).toBeUndefined();
  });
});
