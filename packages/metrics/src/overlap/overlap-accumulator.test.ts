import { describe, expect, it } from 'vitest';
import { overlapAccumulator } from './overlap-accumulator.js';
import { overlapCounts } from './overlap-counts.js';

describe('overlapAccumulator', () => {
  it('adds up what each part has above each threshold', () => {
    const total = overlapAccumulator(
      'who',
      { thresholds: [0.2, 0.6] },
      (...masks) => overlapCounts('who', ...masks, [0.2, 0.6]),
      ({ values }) => values,
    );
    total.update([0.1, 0.5, 0.9], [1, 1, 0]);
    total.update([0.7], [0.3]);
    expect(total.state).toEqual({
      thresholds: [0.2, 0.6],
      labels: [],
      values: 4,
      counts: [
        { prediction: 3, reference: 3, both: 2 },
        { prediction: 2, reference: 2, both: 0 },
      ],
    });
    expect(total.compute()).toBe(4);
  });

  it('refuses a state that is broken, and stays as it was', () => {
    const total = overlapAccumulator(
      'who',
      { labels: [1, 2] },
      () => [],
      ({ values }) => values,
    );
    total.update([1, 2], [1, 1]);
    const before = structuredClone(total.state);
    const merge = (change: object) => () => total.merge({ state: { ...before, ...change } });
    expect(() => total.merge({} as never)).toThrow('who: state is undefined, expected the state of an');
    expect(merge({ counts: 3 })).toThrow(TypeError);
    expect(merge({ values: -1 })).toThrow('who: state.values is -1, expected an integer of at least 0');
    expect(merge({ counts: [before.counts[0], { prediction: 1, reference: 1 }] })).toThrow(
      'who: state.counts[1].both is undefined',
    );
    expect(merge({ counts: before.counts.slice(1) })).toThrow('who: state.counts has 1 values');
    expect(merge({ labels: [1, 3] })).toThrow('who: merged labels are [1,3], expected [1,2]');
    expect(total.state).toEqual(before);
  });
});
