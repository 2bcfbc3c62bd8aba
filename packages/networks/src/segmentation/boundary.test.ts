import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { boundaryOf } from './boundary.js';

beforeAll(() => tf.setBackend('cpu'));

const [height, width] = [14, 17];
/** A square in the middle and one at the border. */
const structures = [
  (y: number, x: number) => y >= 4 && y < 11 && x >= 5 && x < 12,
  (y: number, x: number) => y < 6 && x < 7,
];
const masks = () =>
  tf.tensor4d(
    Array.from({ length: height * width }, (_, p) =>
      structures.map((inside) => +inside(Math.floor(p / width), p % width)),
    ).flat(),
    [1, height, width, 2],
  );
const ringed = (reach: number) => (y: number, x: number) =>
  structures.some((inside) => {
    // Within `reach` steps of the other kind, with the outside of the image outside the mask.
    let near = false;
    for (let i = -reach; i <= reach; i++)
      for (let j = -(reach - Math.abs(i)); j <= reach - Math.abs(i); j++) {
        const [v, u] = [y + i, x + j];
        const there = v >= 0 && v < height && u >= 0 && u < width && inside(v, u);
        if (there !== inside(y, x)) near = true;
      }
    return near;
  });

describe('boundaryOf', () => {
  it.each([1, 2, 3])('is where a pixel of the other kind is within %d steps', (reach) => {
    const got = tf.tidy(() => boundaryOf(masks(), reach, 0).arraySync()[0]!);
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) expect(got[y]![x]![0], `${y} ${x}`).toBe(+ringed(reach)(y, x));
  });

  it('is blurred by a Gaussian that is mirrored at the borders', () => {
    const [reach, sigma] = [2, 1.5];
    const got = tf.tidy(() => boundaryOf(masks(), reach, sigma).arraySync()[0]!);
    const mirror = (i: number, n: number): number =>
      i < 0 ? mirror(-1 - i, n) : i >= n ? mirror(2 * n - 1 - i, n) : i;
    const weight = (i: number) => Math.exp(-(i * i) / (2 * sigma * sigma));
    for (const [y, x] of [
      [0, 0],
      [5, 7],
      [13, 16],
      [9, 2],
    ] as const) {
      let [sum, total] = [0, 0];
      for (let i = -6; i <= 6; i++)
        for (let j = -6; j <= 6; j++) {
          const w = weight(i) * weight(j);
          total += w;
          sum += w * +ringed(reach)(mirror(y + i, height), mirror(x + j, width));
        }
      expect(got[y]![x]![0]).toBeCloseTo(sum / total, 5);
    }
  });
});
