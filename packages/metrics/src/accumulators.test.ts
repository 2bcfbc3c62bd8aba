import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Accumulator,
  aucAccumulator,
  confusion,
  confusionAccumulator,
  dice,
  diceAccumulator,
  rocAuc,
  softDice,
} from './index.js';

fc.configureGlobal({ seed: 1 });

type Part = [first: number[], second: number[]];

const parts = (first: fc.Arbitrary<number>, second: fc.Arbitrary<number>) =>
  fc.array(
    fc
      .array(fc.tuple(first, second), { minLength: 1, maxLength: 20 })
      .map((pairs): Part => [pairs.map(([a]) => a), pairs.map(([, b]) => b)]),
    { minLength: 1, maxLength: 6 },
  );
const share = fc.double({ min: 0, max: 1, noNaN: true });
const label = fc.constantFrom(0, 1);

/** One accumulator over all parts, one a part merged through serialised state, and the parts put together. */
function run<R, S>(data: Part[], make: () => Accumulator<R, S>): { results: R[]; whole: Part } {
  const together = make();
  const merged = make();
  for (const part of data) {
    together.update(...part);
    const own = make();
    own.update(...part);
    merged.merge({ state: JSON.parse(JSON.stringify(own.state)) as S });
  }
  const copy = make();
  copy.merge(structuredClone({ state: together.state }));
  return {
    results: [together.compute(), merged.compute(), copy.compute()],
    whole: [data.flatMap(([a]) => a), data.flatMap(([, b]) => b)],
  };
}

describe('accumulators', () => {
  it('diceAccumulator equals dice, and with thresholds softDice, of the parts together', () => {
    fc.assert(
      fc.property(parts(share, share), (data) => {
        const one = run(data, () => diceAccumulator());
        for (const result of one.results) expect(result).toBe(dice(...one.whole));
        const thresholds = [0.1, 0.3, 0.5, 0.7, 0.9];
        const soft = run(data, () => diceAccumulator({ thresholds }));
        for (const result of soft.results) expect(result).toBeCloseTo(softDice(...soft.whole), 14);
      }),
    );
  });

  it('confusionAccumulator equals confusion of the parts together', () => {
    fc.assert(
      fc.property(parts(share, label), (data) => {
        const { results, whole } = run(data, () => confusionAccumulator({ threshold: 0.25 }));
        for (const result of results) expect(result).toEqual(confusion(...whole, { threshold: 0.25 }));
      }),
    );
  });

  const scored = parts(label, fc.oneof(share, fc.constantFrom(0, 0.25, 0.5, 1)));
  const bothClasses = (data: Part[]) => new Set(data.flatMap(([labels]) => labels)).size === 2;

  it('aucAccumulator without bins equals rocAuc of the parts together', () => {
    fc.assert(
      fc.property(scored, (data) => {
        fc.pre(bothClasses(data));
        const { results, whole } = run(data, () => aucAccumulator());
        for (const result of results) expect(result).toBe(rocAuc(...whole));
        const accumulator = aucAccumulator();
        for (const part of data) accumulator.update(...part);
        expect(accumulator.errorBound()).toBe(0);
      }),
    );
  });

  it('aucAccumulator with bins is within its bound of rocAuc, and equals it on binned scores', () => {
    fc.assert(
      fc.property(scored, fc.integer({ min: 1, max: 50 }), (data, bins) => {
        fc.pre(bothClasses(data));
        const { results, whole } = run(data, () => aucAccumulator({ bins }));
        const accumulator = aucAccumulator({ bins });
        accumulator.update(...whole);
        const bound = accumulator.errorBound();
        const [labels, scores] = whole;
        const bin = scores.map((score) => Math.min(bins - 1, Math.floor(score * bins)));
        for (const result of results) {
          expect(result).toBeCloseTo(rocAuc(labels, bin), 12);
          expect(Math.abs(result - rocAuc(labels, scores))).toBeLessThanOrEqual(bound + 1e-12);
        }
      }),
    );
  });

  it('the bound of aucAccumulator is reached, and shrinks with more bins', () => {
    const one = aucAccumulator({ bins: 1 });
    one.update([0, 1], [0.2, 0.3]);
    expect([one.compute(), one.errorBound()]).toEqual([0.5, 0.5]);
    const labels = Array.from({ length: 4000 }, (_, i) => i % 2);
    const scores = labels.map((value, i) => (0.3 * value + ((i * 0.618034) % 1)) / 1.3);
    const bounds = [10, 100, 1000].map((bins) => {
      const accumulator = aucAccumulator({ bins });
      accumulator.update(labels, scores);
      expect(Math.abs(accumulator.compute() - rocAuc(labels, scores))).toBeLessThanOrEqual(
        accumulator.errorBound(),
      );
      return accumulator.errorBound();
    });
    expect(bounds[1]).toBeLessThan(bounds[0]! / 5);
    expect(bounds[2]).toBeLessThan(bounds[1]! / 5);
  });

  it('aucAccumulator bins over any range, both ends included, and names a score outside it', () => {
    const accumulator = aucAccumulator({ bins: 4, range: [-10, 10] });
    accumulator.update([0, 1, 0], [-10, 10, 4]);
    expect(accumulator.state.positives).toEqual([0, 0, 0, 1]);
    expect(accumulator.state.negatives).toEqual([1, 0, 1, 0]);
    expect(() => accumulator.update([1, 0], [0, 11])).toThrow(
      'aucAccumulator: scores[1] is 11, expected a number from -10 to 10',
    );
    expect(accumulator.state.positives).toEqual([0, 0, 0, 1]);
  });

  it('say so when there are no data yet, or a class is missing', () => {
    expect(() => diceAccumulator().compute()).toThrow('diceAccumulator: no data yet');
    expect(() => confusionAccumulator().compute()).toThrow('confusionAccumulator: no data yet');
    for (const bins of [0, 10]) {
      const accumulator = aucAccumulator({ bins });
      accumulator.update([1, 1], [0.1, 0.2]);
      expect(() => accumulator.compute()).toThrow('aucAccumulator: labels hold no negative case (0)');
    }
  });

  it('do not merge with those of other options', () => {
    expect(() => diceAccumulator().merge(diceAccumulator({ thresholds: [0.1, 0.2] }))).toThrow(
      'diceAccumulator: merged thresholds are [0.1,0.2], expected [0.5]',
    );
    expect(() => confusionAccumulator().merge(confusionAccumulator({ threshold: 0 }))).toThrow(
      'confusionAccumulator: merged thresholds are [0], expected [0.5]',
    );
    expect(() => aucAccumulator().merge(aucAccumulator({ bins: 10 }))).toThrow(
      'aucAccumulator: merged bins are 10 over [0,1], expected 0 over [0,1]',
    );
  });

  it('may be merged with themselves', () => {
    const accumulator = aucAccumulator();
    accumulator.update([0, 1], [0.4, 0.3]);
    accumulator.merge(accumulator);
    expect(accumulator.state.positives).toEqual([0.3, 0.3]);
    expect(accumulator.compute()).toBe(0);
  });
});
