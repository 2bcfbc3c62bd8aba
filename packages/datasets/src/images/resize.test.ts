import { expect, test } from 'vitest';
import { resize } from './resize.js';

test('an image is made smaller by means, larger by interpolation, and of its own size stays itself', () => {
  const image = { data: Float32Array.of(0, 1, 0.5, 0.25, 0, 0.25, 1, 1), width: 4, height: 2, channels: 1 };
  expect(resize(image, { width: 2, height: 1 })).toEqual({
    data: Float32Array.of(0.3125, 0.6875),
    width: 2,
    height: 1,
    channels: 1,
  });
  expect(Array.from(resize(image, { width: 8, height: 2 }, { by: 'bilinear' }).data.subarray(0, 4))).toEqual([
    0, 0.25, 0.75, 0.875,
  ]);
  expect(resize(image, { width: 4, height: 2 })).toBe(image);
  expect(resize(image, { ...image, width: 2, height: 1 })).toEqual(resize(image, { width: 2, height: 1 }));
  const volume = { ...image, height: 1, depth: 2 };
  for (const size of [2, { width: 4, height: 1 }])
    expect(() => resize(volume, size)).toThrow('resize: image is a volume of 2 slices, expected one plane');
  expect(() => resize(image, 0)).toThrow('resize: size is 0, expected a positive integer');
});
