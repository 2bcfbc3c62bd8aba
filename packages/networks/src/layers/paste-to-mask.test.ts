import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, it } from 'vitest';
import { CropToMask } from './crop-to-mask.js';
import { PasteToMask } from './paste-to-mask.js';
import { RegionOf } from './region-of.js';

beforeAll(() => tf.setBackend('cpu'));

/** A mask of ones from row and column (top, left), `side` wide. */
function square(side: number, top: number, left: number, [height, width] = [10, 12]) {
  const values = Array.from({ length: height! * width! }, (_, p) => {
    const [y, x] = [Math.floor(p / width!) - top, (p % width!) - left];
    return +(y >= 0 && y < side && x >= 0 && x < side);
  });
  return tf.tensor4d(values, [1, height!, width!, 1]);
}

describe('PasteToMask', () => {
  it('undoes CropToMask inside the square, and says `outside` beyond it', () => {
    tf.tidy(() => {
      const image = tf.randomUniform<tf.Rank.R4>([1, 10, 12, 2], 0, 1, 'float32', 3);
      const mask = square(6, 2, 4);
      const crop = new CropToMask({ size: 6, margin: 0 }).apply([image, mask]) as tf.Tensor;
      const back = new PasteToMask({ margin: 0, outside: -5 }).apply([crop, mask]) as tf.Tensor4D;
      const [want, got] = [image.arraySync()[0]!, back.arraySync()[0]!];
      for (const [y, row] of got.entries())
        for (const [x, pixel] of row.entries()) {
          const inside = y >= 2 && y < 8 && x >= 4 && x < 10;
          for (const [c, value] of pixel.entries())
            expect(value).toBeCloseTo(inside ? want[y]![x]![c]! : -5, 5);
        }
    });
  });

  it.each([
    [12, 6, 'larger'],
    [3, 6, 'smaller'],
  ])('of a crop of %d for a square of %d, %s than it, gives a plane back as a plane', (size, side) => {
    tf.tidy(() => {
      // A plane is what bilinear reading leaves as it is, away from the borders of the crop.
      const plane = Array.from({ length: size * size }, (_, p) => {
        const [y, x] = [Math.floor(p / size), p % size].map((i) => ((i + 0.5) * side) / size - 0.5);
        return 2 * y! - x! + 1;
      });
      const pasted = new PasteToMask({ margin: 0 }).apply([
        tf.tensor4d(plane, [1, size, size, 1]),
        square(side, 2, 3),
      ]);
      const got = (pasted as tf.Tensor4D).arraySync()[0]!;
      for (let y = 2; y < side - 2; y++)
        for (let x = 2; x < side - 2; x++) expect(got[2 + y]![3 + x]![0]).toBeCloseTo(2 * y - x + 1, 4);
      expect(got[0]![0]![0]).toBe(0);
    });
  });
});

it('RegionOf is 1 where a logit is positive, and lets no gradient through', () => {
  tf.tidy(() => {
    const logits = tf.tensor4d([-1, 0, 2, 0.1], [1, 2, 2, 1]);
    const region = (x: tf.Tensor) => new RegionOf().apply(x) as tf.Tensor;
    expect([...region(logits).dataSync()]).toEqual([0, 0, 1, 1]);
    const slope = tf.grad((x) => tf.sum(tf.add(x, tf.mul(5, region(x)))))(logits);
    expect([...slope.dataSync()]).toEqual([1, 1, 1, 1]);
  });
});
