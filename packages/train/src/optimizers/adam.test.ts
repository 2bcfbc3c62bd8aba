import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { expectClose, reference, run } from '../fixtures/descent.js';
import { adam } from './adam.js';

beforeAll(() => tf.setBackend('cpu'));

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

  it('refuses settings that make no sense', () => {
    expect(() => adam({ learningRate: -1 })).toThrow('adam: learningRate is -1');
    expect(() => adam({ beta1: 1 })).toThrow('adam: beta1 is 1');
  });
});
