import fc from 'fast-check';
import { expect, test } from 'vitest';
import { packBytes, sumBytes } from './byte-planes.js';
import { noisyPanel } from './fixtures/panels.js';
import { groupRows, spread } from './group-rows.js';

const bits = (arrays: number, length: number) =>
  fc.array(fc.uint8Array({ max: 1, minLength: length, maxLength: length }), {
    minLength: arrays,
    maxLength: arrays,
  });
const panels = fc
  .record({ arrays: fc.integer({ min: 1, max: 40 }), length: fc.integer({ min: 1, max: 70 }) })
  .chain(({ arrays, length }) => bits(arrays, length));

test('rows are grouped as a map of their text groups them', () => {
  fc.assert(
    fc.property(panels, (arrays) => {
      const length = arrays[0]!.length;
      const planes = packBytes(arrays, length)!;
      const { ids, occurring, counts, rows, size } = groupRows(planes, length);
      const tally = new Map<string, number>();
      for (let j = 0; j < length; j++) {
        const row = arrays.map((array) => array[j]).join('');
        tally.set(row, (tally.get(row) ?? 0) + 1);
        const k = occurring.indexOf(ids[j]!);
        const bytes = rows.subarray(k * planes.length, (k + 1) * planes.length);
        expect(arrays.map((_, b) => (bytes[b >> 3]! >> (b & 7)) & 1).join('')).toBe(row);
      }
      expect([...counts].sort()).toEqual([...tally.values()].sort());
      expect(Math.max(...ids)).toBeLessThan(size);
    }),
    { seed: 1 },
  );
});

test('thousands of different rows are hashed without loss', () => {
  const length = 5000;
  const planes = [0, 8, 16].map((shift) => Uint8Array.from({ length }, (_, j) => (j * 2654435761) >>> shift));
  const { occurring, counts, ids } = groupRows(planes, length);
  const distinct = new Set([...Array(length).keys()].map((j) => planes.map((plane) => plane[j]).join()));
  expect(occurring.length).toBe(distinct.size);
  expect(counts.reduce((sum, count) => sum + count)).toBe(length);
  expect(new Set(ids).size).toBe(distinct.size);
});

test('values a row are spread over its pixels, several to a pixel', () => {
  const groups = groupRows([Uint8Array.of(7, 3, 7, 7, 9)], 5);
  expect([...groups.occurring]).toEqual([3, 7, 9]);
  expect([...spread(groups, Float64Array.of(0.3, 0.7, 0.9))]).toEqual([0.7, 0.3, 0.7, 0.7, 0.9]);
  expect([...spread(groups, Float64Array.of(3, 33, 7, 77, 9, 99), 2)]).toEqual([
    7, 77, 3, 33, 7, 77, 7, 77, 9, 99,
  ]);
});

test('bytes are summed as a plain loop sums them, up to 255 arrays', () => {
  fc.assert(
    fc.property(panels, (arrays) => {
      const sums = Array.from(arrays[0]!, (_, j) => arrays.reduce((sum, array) => sum + array[j]!, 0));
      expect([...sumBytes(arrays, sums.length)!]).toEqual(sums);
    }),
    { seed: 2 },
  );
  const ones = new Array<Uint8Array>(255).fill(new Uint8Array(6).fill(1));
  expect([...sumBytes(ones, 6)!]).toEqual(new Array(6).fill(255));
});

test('arrays of several blocks, of a length that is no multiple of four, are packed to the last pixel', () => {
  const { masks } = noisyPanel(9, 200_003, 1);
  const sums = sumBytes(masks, 200_003)!;
  const planes = packBytes(masks, 200_003)!;
  for (let j = 0; j < 200_003; j += 7) {
    const votes = masks.map((mask) => mask[j]!);
    if (sums[j] !== votes.reduce((sum, vote) => sum + vote, 0)) expect(j).toBe('a pixel summed wrongly');
    if (votes.some((vote, i) => ((planes[i >> 3]![j]! >> (i & 7)) & 1) !== vote))
      expect(j).toBe('a pixel packed wrongly');
  }
  expect(sums[200_002]).toBe(masks.reduce((sum, mask) => sum + mask[200_002]!, 0));
});

test('a byte other than 0 and 1 is seen wherever it lies', () => {
  for (let length = 1; length < 10; length++)
    for (let at = 0; at < length; at++)
      for (const value of [2, 128, 255]) {
        const bad = new Uint8Array(length);
        bad[at] = value;
        const arrays = [...new Array<Uint8Array>(9).fill(new Uint8Array(length)), bad];
        expect(sumBytes(arrays, length)).toBeUndefined();
        expect(packBytes(arrays, length)).toBeUndefined();
      }
});
