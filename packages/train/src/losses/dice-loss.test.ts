import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { diceLoss } from './dice-loss.js';

beforeAll(() => tf.setBackend('cpu'));

describe('diceLoss', () => {
  it('is 1 − (2Σpt + s) / (Σp + Σt + s) for each structure, averaged', () => {
    const logits = [0.3, -1, 2, 0.7, -0.2, 1.5, 0, -3];
    const target = [1, 0, 1, 1, 0, 1, 0.5, 0];
    const p = logits.map((x) => 1 / (1 + Math.exp(-x)));
    const dice = [0, 1].map((s) => {
      const own = [0, 1, 2, 3].map((i) => 2 * i + s);
      const sum = (f: (i: number) => number) => own.reduce((total, i) => total + f(i), 0);
      return (
        1 - (2 * sum((i) => p[i]! * target[i]!) + 0.5) / (sum((i) => p[i]!) + sum((i) => target[i]!) + 0.5)
      );
    });
    tf.tidy(() => {
      const loss = diceLoss({ smooth: 0.5 })(
        tf.tensor4d(logits, [1, 2, 2, 2]),
        tf.tensor4d(target, [1, 2, 2, 2]),
      );
      expect(loss.dataSync()[0]).toBeCloseTo((dice[0]! + dice[1]!) / 2, 6);
    });
  });

  it('is 0 for an empty mask that is predicted as empty', () => {
    const loss = tf.tidy(() => diceLoss()(tf.fill([1, 2, 2, 1], -100), tf.zeros([1, 2, 2, 1])).dataSync()[0]);
    expect(loss).toBeCloseTo(0, 6);
  });

  it('refuses a smoothing that makes no sense', () => {
    expect(() => diceLoss({ smooth: -1 })).toThrow('diceLoss: smooth is -1');
  });
});
