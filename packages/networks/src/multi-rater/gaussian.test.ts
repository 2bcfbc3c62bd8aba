import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, it } from 'vitest';
import { gaussianKl } from './gaussian.js';

beforeAll(() => tf.setBackend('cpu'));

const klOf = (q: number[][], p: number[][]) =>
  tf.tidy(() => gaussianKl(tf.tensor2d(q), tf.tensor2d(p)).dataSync()[0]!);

it('gaussianKl is 0 for equals, and the integral of q log (q / p) otherwise', () => {
  expect(klOf([[0.3, -1, 0.2, -0.5]], [[0.3, -1, 0.2, -0.5]])).toBeCloseTo(0, 6);
  const density = (x: number, mean: number, log: number) =>
    Math.exp(-0.5 * ((x - mean) / Math.exp(log)) ** 2) / (Math.exp(log) * Math.sqrt(2 * Math.PI));
  const integral = ([mq, lq]: number[], [mp, lp]: number[]) => {
    let sum = 0;
    for (let x = -12; x < 12; x += 0.001) {
      const [q, p] = [density(x, mq!, lq!), density(x, mp!, lp!)];
      if (q > 1e-300) sum += q * Math.log(q / p) * 0.001;
    }
    return sum;
  };
  expect(klOf([[0.5, -0.3]], [[-0.4, 0.2]])).toBeCloseTo(integral([0.5, -0.3], [-0.4, 0.2]), 4);
  // Over components it adds up, over the batch it is the mean; μ first, then log σ.
  const [a, b] = [integral([0.5, -0.3], [-0.4, 0.2]), integral([1, 0.1], [0, 0])];
  expect(klOf([[0.5, 1, -0.3, 0.1]], [[-0.4, 0, 0.2, 0]])).toBeCloseTo(a + b, 4);
  expect(
    klOf(
      [
        [0.5, -0.3],
        [1, 0.1],
      ],
      [
        [-0.4, 0.2],
        [0, 0],
      ],
    ),
  ).toBeCloseTo((a + b) / 2, 4);
});
