import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, it } from 'vitest';
import { PooledContext } from './pooled-context.js';

beforeAll(() => tf.setBackend('cpu'));

const value = (y: number, x: number, c: number) => Math.sin(5 * y + 3 * x + 7 * c);

/** Channel `index` of the context at a pixel, from the definition: half-pixel centres, borders repeated. */
function context(
  index: number,
  [height, width]: readonly [number, number],
  [w0, w1, bias]: readonly number[],
) {
  const side = [2, 3, 5, 6][index]!;
  const [tall, wide] = [Math.min(side, height), Math.min(side, width)];
  const [rows, columns] = [Math.floor(height / tall), Math.floor(width / wide)];
  const largest = (i: number, j: number, c: number) => {
    let most = -Infinity;
    for (let y = i * tall; y < (i + 1) * tall; y++)
      for (let x = j * wide; x < (j + 1) * wide; x++) most = Math.max(most, value(y, x, c));
    return most;
  };
  const one = (i: number, j: number) => w0! * largest(i, j, 0) + w1! * largest(i, j, 1) + bias!;
  return (y: number, x: number) => {
    const split = (position: number, from: number, to: number) => {
      const at = Math.min(from - 1, Math.max(0, ((position + 0.5) * from) / to - 0.5));
      const low = Math.floor(at);
      return { low, high: Math.min(from - 1, low + 1), part: at - low };
    };
    const v = split(y, rows, height);
    const h = split(x, columns, width);
    const row = (i: number) => one(i, h.low) * (1 - h.part) + one(i, h.high) * h.part;
    return row(v.low) * (1 - v.part) + row(v.high) * v.part;
  };
}

it.each([[[12, 13]], [[4, 7]]] as const)('is its definition on %j pixels, and keeps x', (size) => {
  const [height, width] = size;
  const pixels = Array.from({ length: height * width * 2 }, (_, i) =>
    value(Math.floor(i / 2 / width), Math.floor(i / 2) % width, i % 2),
  );
  tf.tidy(() => {
    const layer = new PooledContext({ seed: 1 });
    const x = tf.tensor4d(pixels, [1, height, width, 2]);
    layer.apply(x);
    const weights = [0.7, -1.3, 0.2];
    layer.setWeights([tf.tensor4d(weights.slice(0, 2), [1, 1, 2, 1]), tf.tensor1d([weights[2]!])]);
    const [got] = (layer.apply(x) as tf.Tensor4D).arraySync();
    for (let y = 0; y < height; y++)
      for (let across = 0; across < width; across++) {
        const want = [0, 1, 2, 3].map((index) => context(index, size, weights)(y, across));
        const own = [value(y, across, 0), value(y, across, 1)];
        for (const [c, number] of [...want, ...own].entries())
          expect(got![y]![across]![c]).toBeCloseTo(number, 4);
      }
    layer.dispose();
  });
});
