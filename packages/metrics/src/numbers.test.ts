import { describe, expect, it } from 'vitest';
import { confusion, rocAuc, softDice } from './index.js';
import { checkMask, numbers, read } from './numbers.js';

describe('numbers', () => {
  it('are read at their place in a larger buffer, and nothing else passes for one', () => {
    expect([...numbers('who', 'a', Uint8Array.of(9, 1, 2).subarray(1))]).toEqual([1, 2]);
    expect([...read([1, null, true] as never, 0, new Float64Array(3))]).toEqual([1, Number.NaN, Number.NaN]);
    expect(() => rocAuc([1, 0, 1, 0], [0.9, null, 0.8, 0.1] as never)).toThrow(
      new TypeError('rocAuc: scores[1] is null, expected a finite number'),
    );
  });

  it('of a mask are two integers at most', () => {
    checkMask('who', 'mask', [0, 255, 0.3, 255]);
    expect(() => checkMask('who', 'mask', [0, 1, 2])).toThrow(
      'who: mask holds 0, 1, 2, expected a mask of two values',
    );
  });

  it('take a threshold of -0 for one of 0, before and after', () => {
    const table = { truePositives: 1, falsePositives: 1, falseNegatives: 0, trueNegatives: 1 };
    for (const threshold of [-0, 0, -0])
      expect(confusion([1, 0, 1], [1, 0, 0], { threshold })).toEqual(table);
  });

  it('softDice and probabilisticDice are different measures', async () => {
    const { probabilisticDice } = await import('./index.js');
    expect(softDice([0.5, 0.5], [1, 1])).toBeCloseTo(0.4, 12);
    expect(probabilisticDice([0.5, 0.5], [1, 1])).toBeCloseTo(2 / 3, 12);
  });
});
