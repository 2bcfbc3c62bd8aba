import fc from 'fast-check';
import { expect, test } from 'vitest';
import { byteArrays } from '../fixtures/bytes.js';
import { packBytes } from './byte-planes.js';
import { groupRows, spread } from './rows.js';

test('rows are grouped as a map of their text groups them', () => {
  fc.assert(
    fc.property(byteArrays, (arrays) => {
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

test('values per row are spread over its pixels, several per pixel', () => {
  const groups = groupRows([Uint8Array.of(7, 3, 7, 7, 9)], 5);
  expect([...groups.occurring]).toEqual([3, 7, 9]);
  expect([...spread(groups, Float64Array.of(0.3, 0.7, 0.9))]).toEqual([0.7, 0.3, 0.7, 0.7, 0.9]);
  expect([...spread(groups, Float64Array.of(3, 33, 7, 77, 9, 99), 2)]).toEqual([
    7, 77, 3, 33, 7, 77, 7, 77, 9, 99,
  ]);
});
