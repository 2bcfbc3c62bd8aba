import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { CropToMask } from './crop-to-mask.js';

beforeAll(() => tf.setBackend('cpu'));

const ramp = (height: number, width: number) =>
  tf.tensor4d(Array.from({ length: height * width }, (_, i) => [Math.floor(i / width), i % width]).flat(), [
    1,
    height,
    width,
    2,
  ]);
const maskOf = (height: number, width: number, value: (y: number, x: number) => number) =>
  tf.tensor4d(
    Array.from({ length: height * width }, (_, i) => value(Math.floor(i / width), i % width)),
    [1, height, width, 1],
  );
const crop = (size: number, margin: number, image: tf.Tensor4D, mask: tf.Tensor4D) =>
  tf.tidy(() => new CropToMask({ size, margin }).call([image, mask]).arraySync() as number[][][][])[0]!;

describe('CropToMask', () => {
  it('is the box itself where crop and box have the same size', () => {
    const mask = maskOf(9, 11, (y, x) => (y >= 2 && y < 6 && x >= 5 && x < 9 ? 1 : 0));
    const result = crop(4, 0, ramp(9, 11), mask);
    for (let y = 0; y < 4; y++)
      for (let x = 0; x < 4; x++)
        for (const [c, want] of [2 + y, 5 + x].entries()) expect(result[y]![x]![c]).toBeCloseTo(want, 5);
  });

  it('reads evenly over the square around the box with its margin: a ramp stays a ramp', () => {
    // Rows 8 … 11, columns 6 … 11: side 6 · (1 + 2 · 0.5) = 12 around (9.5, 8.5).
    const mask = maskOf(24, 24, (y, x) => (y >= 8 && y < 12 && x >= 6 && x < 12 ? 1 : 0));
    // Enlarged it is exact; reduced, the widened weights make a ripple of a few hundredths of a pixel.
    for (const [size, tolerance] of [
      [24, 1e-4],
      [8, 0.05],
    ] as const) {
      const result = crop(size, 0.5, ramp(24, 24), mask);
      for (let i = 0; i < size; i++) {
        const offset = (i - (size - 1) / 2) * (12 / size);
        expect(Math.abs(result[i]![0]![0]! - 9.5 - offset)).toBeLessThan(tolerance);
        expect(Math.abs(result[0]![i]![1]! - 8.5 - offset)).toBeLessThan(tolerance);
      }
    }
  });

  it('repeats the border beyond the image', () => {
    // Side 6 around (0.5, 0.5), so from −2.5 on.
    const mask = maskOf(8, 8, (y, x) => (y < 2 && x < 2 ? 1 : 0));
    const result = crop(6, 1, ramp(8, 8), mask);
    expect(result.map((row) => row[0]![0])).toEqual([0, 0, 0, 1, 2, 3].map((v) => expect.closeTo(v, 4)));
  });

  it('gives a soft mask the mean of the boxes of its thresholds', () => {
    // At thresholds up to 1/4 the box is rows 2 … 9, above it rows 4 … 7: the mean box is rows 3.5 … 7.5, side 5.
    const value = (y: number) => (y >= 4 && y < 8 ? 1 : y >= 2 && y < 10 ? 0.25 : 0);
    const mask = maskOf(16, 16, (y, x) => (x >= 6 && x < 10 ? value(y) : 0));
    const result = crop(5, 0, ramp(16, 16), mask);
    expect(result.map((row) => row[0]![0])).toEqual(
      [3.5, 4.5, 5.5, 6.5, 7.5].map((v) => expect.closeTo(v, 4)),
    );
  });

  it('has the gradients by image and mask that numerical differentiation gives', () => {
    const image = tf.randomUniform<tf.Rank.R4>([1, 7, 7, 1], 0, 1, 'float32', 2);
    // No two values alike: no ties, so that the derivative exists.
    const mask = tf.tensor4d(
      Array.from({ length: 49 }, (_, i) => 0.02 * ((i * 31) % 49) + 0.01),
      [1, 7, 7, 1],
    );
    const weights = tf.randomNormal([1, 4, 4, 1], 0, 1, 'float32', 3);
    const layer = new CropToMask({ size: 4, margin: 0.1 });
    const f = (x: tf.Tensor, m: tf.Tensor) => tf.sum(tf.mul(layer.call([x, m]), weights)) as tf.Scalar;
    const [byImage, byMask] = tf.tidy(() =>
      tf
        .grads(f)([image, mask])
        .map((g) => [...g.dataSync()]),
    );
    const numeric = (which: 0 | 1, index: number) => {
      const at = (step: number) =>
        tf.tidy(() => {
          const inputs = [image, mask].map((tensor, k) => {
            const data = Float32Array.from(tensor.dataSync());
            if (k === which) data[index]! += step;
            return tf.tensor(data, tensor.shape);
          });
          return f(inputs[0]!, inputs[1]!).dataSync()[0]!;
        });
      return (at(0.001) - at(-0.001)) / 0.002;
    };
    for (let i = 0; i < 49; i += 3) {
      expect(Math.abs(byImage![i]! - numeric(0, i))).toBeLessThan(2e-3);
      expect(Math.abs(byMask![i]! - numeric(1, i))).toBeLessThan(2e-3);
    }
    expect(Math.max(...byMask!.map(Math.abs))).toBeGreaterThan(0.1);
  });
});
