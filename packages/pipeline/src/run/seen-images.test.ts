import { expect, it } from 'vitest';
import { seenImages } from './seen-images.js';

it('names the test images that are among those of training or validation, split by split', () => {
  const image = (...levels: number[]) => ({
    data: Float32Array.from(levels),
    height: 1,
    width: levels.length,
    channels: 1,
  });
  const cases = [
    { id: 'a', image: image(0, 0.5) },
    { id: 'b', image: image(0, 0.25) },
    { id: 'copy of a', image: image(0, 0.5) },
    // A view into a longer buffer is its own part of it.
    { id: 'c', image: { ...image(), data: Float32Array.of(9, 0, 0.25, 9).subarray(1, 3), width: 2 } },
    { id: 'd', image: image(0.5, 0) },
  ];
  const splits = [
    { train: ['a'], validation: ['b'], test: ['copy of a', 'c', 'd'] },
    { train: ['a', 'copy of a'], validation: [], test: ['b', 'c', 'd'] },
  ];
  expect(seenImages(splits, cases)).toEqual([['copy of a', 'c'], []]);
});
