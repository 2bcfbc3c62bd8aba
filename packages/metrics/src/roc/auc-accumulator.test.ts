import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { label, type Part, parts, run, share } from '../fixtures/parts.js';
import { aucAccumulator, rocAuc } from '../index.js';

describe('aucAccumulator', () => {
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

  it('says so when a class is missing', () => {
    for (const bins of [0, 10]) {
      const accumulator = aucAccumulator({ bins });
      accumulator.update([1, 1], [0.1, 0.2]);
      expect(() => accumulator.compute()).toThrow('aucAccumulator: labels hold no negative case (0)');
    }
  });

  it('does not merge with one of other options', () => {
    expect(() => aucAccumulator().merge(aucAccumulator({ bins: 10 }))).toThrow(
      'aucAccumulator: merged bins are 10 over [0,1], expected 0 over [0,1]',
    );
  });

  it('refuses a state that is broken, and stays as it was', () => {
    const accumulator = aucAccumulator({ bins: 2 });
    accumulator.update([0, 1], [0.4, 0.3]);
    const before = structuredClone(accumulator.state);
    const merge = (change: object) => () => accumulator.merge({ state: { ...before, ...change } });
    expect(merge({ negatives: [1, Number.NaN] })).toThrow(
      'aucAccumulator: state.negatives[1] is NaN, expected a finite number of at least 0',
    );
    expect(merge({ negatives: [-1, 0] })).toThrow(RangeError);
    expect(merge({ negatives: [1] })).toThrow('aucAccumulator: state.negatives has 1 values, expected 2');
    expect(merge({ negatives: null })).toThrow(TypeError);
    expect(() => accumulator.merge({} as never)).toThrow('aucAccumulator: state is undefined');
    expect(accumulator.state).toEqual(before);
  });

  it('may be merged with themselves', () => {
    const accumulator = aucAccumulator();
    accumulator.update([0, 1], [0.4, 0.3]);
    accumulator.merge(accumulator);
    expect(accumulator.state.positives).toEqual([0.3, 0.3]);
    expect(accumulator.compute()).toBe(0);
  });
});
