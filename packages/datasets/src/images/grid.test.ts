import { expect, test } from 'vitest';
import { composed, inverted } from './affine.js';
import { onGridOf } from './grid.js';
import type { Raster } from './raster.js';

/** 8 wide, 6 high, 1 in rows 1 to 3 and columns 1 to 3. */
const m = Array.from({ length: 48 }, (_, i) => {
  const [x, y] = [i % 8, Math.floor(i / 8)];
  return x >= 1 && x < 4 && y >= 1 && y < 4 ? 1 : 0;
});
const diagonal = (x: number, y: number, z: number, ...origin: number[]) => [
  ...[x, 0, 0, origin[0] ?? 0],
  ...[0, y, 0, origin[1] ?? 0],
  ...[0, 0, z, origin[2] ?? 0],
  ...[0, 0, 0, 1],
];
const raster = (values: number[], width: number, affine?: number[]): Raster => ({
  data: Float32Array.from(values),
  width,
  height: values.length / width,
  channels: 1,
  range: [0, 1],
  ...(affine && { affine }),
});
const image = raster(m, 8, diagonal(-1, 1, 1));
const flippedX = m.map((_, i) => m[i - (i % 8) + 7 - (i % 8)]!);

test('a mask stored the other way round is flipped onto its image, as both lie in the world', () => {
  const mask = raster(flippedX, 8, diagonal(1, 1, 1, -7));
  expect([...onGridOf(mask, image).data]).toEqual(m);
  // As it is stored, it would lie elsewhere.
  expect([...onGridOf(mask, image, 'index').data]).toEqual(flippedX);
});

test('axes are swapped where the files say so, and sizes with them', () => {
  const turned = Array.from({ length: 48 }, (_, i) => m[(i % 6) * 8 + Math.floor(i / 6)]!);
  const mask = raster(turned, 6, [0, -1, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]);
  const placed = onGridOf(mask, image);
  expect([placed.width, placed.height, [...placed.data]]).toEqual([8, 6, m]);
});

test('a grid between the voxels, of another spacing or of other ends is refused, and resampled when told', () => {
  for (const affine of [
    diagonal(-1, 1, 1, 0.5),
    diagonal(-2, 1, 1),
    diagonal(-1, 1, 1, -1),
    diagonal(-1, 1, 1, 0, 0, 4),
  ]) {
    expect(() => onGridOf(raster(m, 8, affine), image)).toThrow("the option grid: 'nearest' resamples it");
  }
  const shifted = onGridOf(raster(m, 8, diagonal(-1, 1, 1, -1)), image, 'nearest');
  expect([...shifted.data.subarray(8, 16)]).toEqual([0, 0, 1, 1, 1, 0, 0, 0]);
});

test('files that do not say where they lie are taken as they are', () => {
  const mask = raster(m, 8);
  expect(onGridOf(mask, image)).toBe(mask);
  expect(onGridOf(image, mask)).toBe(image);
});

test('an affine and its inverse make nothing of each other', () => {
  const affine = [0.5, 0.1, 0, 3, -0.2, 0.8, 0.3, -7, 0, 0.4, 3, 11, 0, 0, 0, 1];
  composed(inverted(affine)!, affine).forEach((value, i) => {
    expect(value).toBeCloseTo(i % 5 === 0 ? 1 : 0, 12);
  });
  expect(inverted(diagonal(1, 0, 1))).toBeUndefined();
});
