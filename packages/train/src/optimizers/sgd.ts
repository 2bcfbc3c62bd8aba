import { checkNumber, checkOptions } from '@diff/checks';
import * as tf from '@tensorflow/tfjs-core';
import type { Optimizer } from './optimizer.js';

/** Stochastic gradient descent as PyTorch's: g ← g + decay·w, v ← momentum·v + g, w ← w − rate·v. */
export function sgd(
  options: { learningRate?: number; momentum?: number; weightDecay?: number } = {},
): Optimizer {
  checkOptions('sgd', options, ['learningRate', 'momentum', 'weightDecay']);
  const { learningRate = 0.01, momentum = 0.9, weightDecay = 0 } = options;
  checkNumber('sgd', 'learningRate', learningRate, 0);
  checkNumber('sgd', 'momentum', momentum, 0, 1 - 1e-9);
  checkNumber('sgd', 'weightDecay', weightDecay, 0);
  return {
    config: { name: 'sgd', learningRate, momentum, weightDecay },
    learningRate,
    slots: momentum ? ['v'] : [],
    elementwise: true,
    update(weight, gradient, [v], rate) {
      const g = weightDecay ? tf.add(gradient, tf.mul(weight, weightDecay)) : gradient;
      const velocity = momentum ? tf.add(tf.mul(v!, momentum), g) : g;
      return { weight: tf.sub(weight, tf.mul(velocity, rate)), slots: momentum ? [velocity] : [] };
    },
  };
}
