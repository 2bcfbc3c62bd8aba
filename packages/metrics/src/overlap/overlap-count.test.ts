import fc from 'fast-check';
import { expect, test } from 'vitest';
import { arrays, masks } from '../fixtures/masks.js';
import { overlapCount, overlapOf } from './overlap-count.js';
import { overlapCounts } from './overlap-counts.js';

test('counts as the table of many thresholds does, in every kind of array', () => {
  const threshold = fc.double({ min: -1, max: 3, noNaN: true });
  fc.assert(
    fc.property(masks, threshold, ([a, b], threshold) => {
      for (const Kind of Object.values(arrays)) {
        const [p, r] = [Kind.from(a), Kind.from(b)];
        const expected = overlapCounts('who', p, r, [threshold])[0];
        expect(overlapCount('who', p, r, threshold)).toEqual(expected);
        const above = (values: ArrayLike<number>) => Uint8Array.from(values, (value) => +(value > threshold));
        expect(overlapOf(above(p), above(r))).toEqual(expected);
      }
    }),
  );
});

test('counts over the borders of blocks, and finds what is wrong behind them', () => {
  const map = new Float64Array(10_000).map((_, i) => +(i % 3 === 0));
  expect(overlapCount('who', map, map)).toEqual({ prediction: 3334, reference: 3334, both: 3334 });
  const late = (value: number) => map.map((old, i) => (i === 9_998 ? value : old));
  expect(() => overlapCount('who', map, late(Number.NaN))).toThrow('who: reference[9998] is NaN');
  expect(() => overlapCount('who', late(7), map)).toThrow('who: prediction holds 1, 0, 7');
});
