import fc from 'fast-check';
import { expect, test } from 'vitest';
import { byteArrays } from '../fixtures/bytes.js';
import { noisyPanel } from '../fixtures/panels.js';
import { packBytes, sumBytes } from './byte-planes.js';

test('bytes are summed as a plain loop sums them, up to 255 arrays', () => {
  fc.assert(
    fc.property(byteArrays, (arrays) => {
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
