import { expect, test } from 'vitest';
import { splitsOf } from './splits.js';

test('each way to be divided is counted, the most frequent first; pixels of one mind are none', () => {
  const masks = ['0110011', '0100010', '0101011'].map((row) => Uint8Array.from(row, Number));
  expect(splitsOf(masks)).toEqual([
    { inside: [true, false, false], pixels: 1 },
    { inside: [false, false, true], pixels: 1 },
    { inside: [true, false, true], pixels: 1 },
  ]);
  const two = [Uint8Array.of(1, 1, 0, 0, 1), Uint8Array.of(0, 0, 1, 0, 1)];
  expect(splitsOf(two)).toEqual([
    { inside: [true, false], pixels: 2 },
    { inside: [false, true], pixels: 1 },
  ]);
  expect(splitsOf([Uint8Array.of(1, 0)])).toEqual([]);
});
