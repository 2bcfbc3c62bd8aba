import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, it } from 'vitest';
import { bce } from './bce.js';
import type { Loss } from './loss.js';
import { sumOfLosses } from './sum-of-losses.js';

beforeAll(() => tf.setBackend('cpu'));

const of = (loss: Loss, logits: number[], target: number[]) =>
  tf.tidy(
    () =>
      loss(tf.tensor2d(logits, [logits.length, 1]), tf.tensor2d(target, [target.length, 1])).dataSync()[0]!,
  );

it('sumOfLosses adds its losses up', () => {
  const sum = sumOfLosses([2, bce()], [0.5, bce({ positiveWeight: 4 })]);
  const [x, t] = [
    [0.4, -2],
    [1, 0],
  ];
  expect(of(sum, x!, t!)).toBeCloseTo(
    2 * of(bce(), x!, t!) + 0.5 * of(bce({ positiveWeight: 4 }), x!, t!),
    5,
  );
});
