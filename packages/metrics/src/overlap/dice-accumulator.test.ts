import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parts, run, share } from '../fixtures/parts.js';
import { dice, diceAccumulator, softDice } from '../index.js';

describe('diceAccumulator', () => {
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

  it('says so when there are no data yet', () => {
    expect(() => diceAccumulator().compute()).toThrow('diceAccumulator: no data yet');
  });

  it('does not merge with one of other options', () => {
    expect(() => diceAccumulator().merge(diceAccumulator({ thresholds: [0.1, 0.2] }))).toThrow(
      'diceAccumulator: merged thresholds are [0.1,0.2], expected [0.5]',
    );
  });
});
