import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-layers';
import { beforeAll, expect, it } from 'vitest';
import { Interleave } from './interleave.js';

beforeAll(() => tf.setBackend('cpu'));

it('Interleave puts each map where it belongs, and gives each gradient back to it', () => {
  const place = (map: number) =>
    tf.tensor4d(
      Array.from({ length: 12 }, (_, p) => 100 * map + p),
      [1, 2, 3, 2],
    );
  tf.tidy(() => {
    const layer = new Interleave();
    const maps = [0, 1, 2, 3].map(place);
    const out = (layer.apply(maps) as tf.Tensor4D).arraySync()[0]!;
    expect([out.length, out[0]!.length]).toEqual([4, 6]);
    for (let y = 0; y < 4; y++)
      for (let x = 0; x < 6; x++) {
        const own = 100 * (2 * (y % 2) + (x % 2)) + 2 * (3 * (y >> 1) + (x >> 1));
        expect(out[y]![x]).toEqual([own, own + 1]);
      }
    const score = (...inputs: tf.Tensor[]) =>
      tf.sum(tf.square(layer.apply(inputs) as tf.Tensor)) as tf.Scalar;
    for (const [i, gradient] of tf.grads(score)(maps).entries())
      expect([...gradient.dataSync()]).toEqual([...tf.mul(maps[i]!, 2).dataSync()]);
  });
});
