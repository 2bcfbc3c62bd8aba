import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, it } from 'vitest';
import { Enlarge } from './enlarge.js';

beforeAll(() => tf.setBackend('cpu'));

/** Where pixel i of the enlarged line lies in the line of n pixels. */
const places = {
  true: (i: number, n: number, factor: number) => (i * (n - 1)) / (factor * n - 1),
  false: (i: number, n: number, factor: number) => Math.min(n - 1, Math.max(0, (i + 0.5) / factor - 0.5)),
};

describe.each([
  [2, true],
  [4, true],
  [2, false],
  [4, false],
] as const)('Enlarge by %i, corners %j', (factor, corners) => {
  const [height, width] = [3, 5];
  const layer = new Enlarge({ factor, corners });
  const run = (x: tf.Tensor) => layer.apply(x) as tf.Tensor4D;

  it('interpolates between four pixels, by a plain loop', () => {
    tf.tidy(() => {
      const x = tf.randomNormal<tf.Rank.R4>([2, height, width, 2], 0, 1, 'float32', 3);
      const from = x.arraySync();
      const got = run(x).arraySync();
      const near = (at: number, n: number) => {
        const low = Math.min(Math.floor(at), n - 1);
        return [[low, 1 - (at - low)] as const, [Math.min(low + 1, n - 1), at - low] as const];
      };
      for (let b = 0; b < 2; b++)
        for (let i = 0; i < factor * height; i++)
          for (let j = 0; j < factor * width; j++)
            for (let c = 0; c < 2; c++) {
              let want = 0;
              for (const [y, down] of near(places[`${corners}`](i, height, factor), height))
                for (const [u, across] of near(places[`${corners}`](j, width, factor), width))
                  want += down * across * from[b]![y]![u]![c]!;
              expect(got[b]![i]![j]![c]).toBeCloseTo(want, 5);
            }
    });
  });

  it('has the gradient of its transpose: ⟨enlarge(x), y⟩ = ⟨x, gradient⟩', () => {
    tf.tidy(() => {
      const x = tf.randomNormal([1, height, width, 2], 0, 1, 'float32', 5);
      const y = tf.randomNormal([1, factor * height, factor * width, 2], 0, 1, 'float32', 6);
      const gradient = tf.grad((each) => tf.sum(tf.mul(run(each), y)))(x);
      const [forwards, back] = [tf.sum(tf.mul(run(x), y)), tf.sum(tf.mul(x, gradient))].map(
        (sum) => sum.dataSync()[0]!,
      );
      expect(back).toBeCloseTo(forwards!, 3);
      // A constant stays one, so that every row of the transpose holds a share of all.
      const shares = tf.grad((each) => tf.sum(run(each)))(x);
      expect(tf.sum(shares).dataSync()[0]).toBeCloseTo(factor ** 2 * height * width * 2, 2);
    });
  });

  it('says its size, known or not, and what it was made of', () => {
    const input = tfl.input({ shape: [null, width, 2] });
    expect((layer.apply(input) as tfl.SymbolicTensor).shape).toEqual([null, null, factor * width, 2]);
    expect(layer.getConfig()).toMatchObject({ factor, corners });
  });
});

it('Enlarge refuses what is no factor', () => {
  expect(() => new Enlarge({ factor: 0 })).toThrow('Enlarge: factor is 0');
});
