import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { expectClose, reference, run } from '../fixtures/descent.js';
import { sgd } from './sgd.js';

beforeAll(() => tf.setBackend('cpu'));

describe('sgd', () => {
  it.each([0, 0.9])('with momentum %d is the heavy ball as PyTorch has it', (momentum) => {
    const want = reference((w, g, _, state) => {
      state.v = momentum * (state.v ?? 0) + g + 0.01 * w;
      return w - 0.02 * state.v;
    }, 30);
    expectClose(run(sgd({ momentum, weightDecay: 0.01 }), 30, 0.02), want);
  });

  it('refuses settings that make no sense', () => {
    expect(() => sgd({ momentum: Number.NaN })).toThrow('sgd: momentum is NaN');
  });
});
