import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, it } from 'vitest';
import { jaccardLoss } from './jaccard-loss.js';

beforeAll(() => tf.setBackend('cpu'));

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
const logits = [0.3, -1, 2, 0.7, -0.2, 1.5, 0, -3];
const target = [1, 0, 1, 1, 0, 1, 0.5, 0];
const shape: [number, number, number, number] = [1, 2, 2, 2];

/** The formula, structure by structure. */
function formula(values: readonly number[], s: number): number {
  const distances = [0, 1].map((structure) => {
    const own = [0, 1, 2, 3].map((i) => 2 * i + structure);
    const sum = (f: (p: number, t: number) => number) =>
      own.reduce((total, i) => total + f(sigmoid(values[i]!), target[i]!), 0);
    const shared = sum((p, t) => p * t);
    return 1 - (shared + s) / (sum((p) => p * p) + sum((_, t) => t * t) - shared + s);
  });
  return (distances[0]! + distances[1]!) / 2;
}

describe('jaccardLoss', () => {
  it.each([0, 0.5, 1])('is its formula, and has its gradient, at a smoothing of %d', (smooth) => {
    const loss = jaccardLoss({ smooth });
    const f = (x: tf.Tensor) => loss(x as tf.Tensor4D, tf.tensor4d(target, shape)) as tf.Scalar;
    const x = tf.tensor4d(logits, shape);
    const [value] = tf.tidy(() => f(x).dataSync());
    const gradient = tf.tidy(() => tf.grad(f)(x).dataSync());
    x.dispose();
    expect(value).toBeCloseTo(formula(logits, smooth), 6);
    for (const [i, got] of gradient.entries()) {
      const at = (step: number) =>
        formula(
          logits.map((x, j) => (j === i ? x + step : x)),
          smooth,
        );
      expect(got).toBeCloseTo((at(1e-5) - at(-1e-5)) / 2e-5, 5);
    }
  });

  it('is 0 where the probability is the target, soft ones too, as soft Dice is not', () => {
    const p = [0.2, 0.9, 0.5, 0.7];
    const value = tf.tidy(() => {
      const x = tf.tensor4d(
        p.map((v) => Math.log(v / (1 - v))),
        [1, 2, 2, 1],
      );
      return jaccardLoss({ smooth: 0 })(x, tf.tensor4d(p, [1, 2, 2, 1])).dataSync()[0];
    });
    expect(value).toBeCloseTo(0, 6);
  });

  it('is 0 for an empty mask that is predicted as empty', () => {
    const loss = tf.tidy(
      () => jaccardLoss()(tf.fill([1, 2, 2, 1], -100), tf.zeros([1, 2, 2, 1])).dataSync()[0],
    );
    expect(loss).toBeCloseTo(0, 6);
  });

  it('refuses a smoothing that makes no sense', () => {
    expect(() => jaccardLoss({ smooth: -1 })).toThrow('jaccardLoss: smooth is -1');
  });
});
