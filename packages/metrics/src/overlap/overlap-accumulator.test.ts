import { describe, expect, it } from 'vitest';
import { overlapAccumulator } from './overlap-accumulator.js';

describe('overlapAccumulator', () => {
  it('adds up what each part has above each threshold', () => {
    const total = overlapAccumulator('who', { thresholds: [0.2, 0.6] }, ({ values }) => values);
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
});
