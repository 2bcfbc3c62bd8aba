import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { adam, type Optimizer, sgd } from './optimizers.js';

beforeAll(() => tf.setBackend('cpu'));

/** Minimises Σ (w − target)² from 0, and gives the weights after each step. */
function run(optimizer: Optimizer, steps: number, rate: number): number[][] {
  return tf.tidy(() => {
    const target = tf.tensor1d([1, -2, 0.5]);
    let weight: tf.Tensor = tf.zeros([3]);
    let slots = optimizer.slots.map(() => tf.zeros([3]) as tf.Tensor);
    return Array.from({ length: steps }, (_, i) => {
      const gradient = tf.mul(2, tf.sub(weight, target));
      ({ weight, slots } = optimizer.update(weight, gradient, slots, rate, i + 1));
      return Array.from(weight.dataSync());
    });
  });
}

/** The same in plain numbers, one weight at a time, from the papers' formulas. */
function reference(
  update: (w: number, g: number, t: number, state: Record<string, number>) => number,
  steps: number,
) {
  const targets = [1, -2, 0.5];
  const weights = [0, 0, 0];
  const states = targets.map((): Record<string, number> => ({}));
  return Array.from({ length: steps }, (_, i) => {
    for (const j of weights.keys())
      weights[j] = update(weights[j]!, 2 * (weights[j]! - targets[j]!), i + 1, states[j]!);
    return [...weights];
  });
}

const expectClose = (got: number[][], want: number[][]) => {
  for (const [i, row] of want.entries())
    for (const [j, value] of row.entries()) expect(got[i]![j]).toBeCloseTo(value, 5);
};

describe('adam', () => {
  it.each([0, 0.1])('follows Kingma & Ba, with weight decay %d after Loshchilov & Hutter', (decay) => {
    const want = reference((w, g, t, state) => {
      state.m = 0.8 * (state.m ?? 0) + 0.2 * g;
      state.v = 0.9 * (state.v ?? 0) + 0.1 * g * g;
      const step = state.m / (1 - 0.8 ** t) / (Math.sqrt(state.v / (1 - 0.9 ** t)) + 1e-3);
      return w * (1 - 0.05 * decay) - 0.05 * step;
    }, 30);
    expectClose(run(adam({ beta1: 0.8, beta2: 0.9, epsilon: 1e-3, weightDecay: decay }), 30, 0.05), want);
  });
});

describe('sgd', () => {
  it.each([0, 0.9])('with momentum %d is the heavy ball as PyTorch has it', (momentum) => {
    const want = reference((w, g, _, state) => {
      state.v = momentum * (state.v ?? 0) + g + 0.01 * w;
      return w - 0.02 * state.v;
    }, 30);
    expectClose(run(sgd({ momentum, weightDecay: 0.01 }), 30, 0.02), want);
  });
});

it('optimisers refuse settings that make no sense', () => {
  expect(() => adam({ learningRate: -1 })).toThrow('adam: learningRate is -1');
  expect(() => adam({ beta1: 1 })).toThrow('adam: beta1 is 1');
  expect(() => sgd({ momentum: Number.NaN })).toThrow('sgd: momentum is NaN');
});
