import { expect, it } from 'vitest';
import { closeUp, cut } from './close-up.js';
import type { GalleryPicture } from './gallery.js';

const [height, width] = [20, 30];
const pictureOf = (...marked: [x: number, y: number][]) => {
  const mask = new Float32Array(height * width);
  for (const [x, y] of marked) mask[y * width + x] = 1;
  return { height, width, raters: { lesion: { A: mask } } } as unknown as GalleryPicture;
};

it('holds all outlines, with a margin, as a square', () => {
  const { left, top, width: across, height: down } = closeUp(pictureOf([10, 8], [15, 9]));
  expect([across, down]).toEqual([9, 9]);
  expect(left).toBeLessThan(10);
  expect(left + across).toBeGreaterThan(15);
  expect(top).toBeLessThan(8);
  expect(top + down).toBeGreaterThan(9);
});

it('stays within the image, and is all of it where there is no outline', () => {
  expect(closeUp(pictureOf([0, 0], [5, 5]))).toEqual({ left: 0, top: 0, width: 9, height: 9 });
  expect(closeUp(pictureOf([0, 0], [29, 19]))).toEqual({ left: 0, top: 0, width: 30, height: 20 });
  expect(closeUp(pictureOf())).toEqual({ left: 0, top: 0, width: 30, height: 20 });
});

it('cuts pixel for pixel, every channel', () => {
  const data = Float32Array.from({ length: height * width * 3 }, (_, i) => i);
  const part = cut({ data, height, width, channels: 3 }, { left: 4, top: 2, width: 5, height: 3 });
  expect(part).toMatchObject({ height: 3, width: 5, channels: 3 });
  for (const [x, y, c] of [
    [0, 0, 0],
    [4, 2, 2],
    [2, 1, 1],
  ] as const)
    expect(part.data[(y * 5 + x) * 3 + c]).toBe(((2 + y) * width + 4 + x) * 3 + c);
});
