import { checkNumber, checkOptions } from '@diff/checks';
import * as tf from '@tensorflow/tfjs-core';
import type { Optimizer } from './optimizer.js';

/**
 * Adam (Kingma & Ba 2015): m ← β₁m + (1 − β₁)g, v ← β₂v + (1 − β₂)g², w ← w − rate·m̂ / (√v̂ + ε) with
 * m̂ = m / (1 − β₁ᵗ), v̂ = v / (1 − β₂ᵗ); with `weightDecay` also w ← w − rate·decay·w (Loshchilov & Hutter 2019).
 */
export function adam(
  options: {
    learningRate?: number;
    beta1?: number;
    beta2?: number;
    epsilon?: number;
    weightDecay?: number;
  } = {},
): Optimizer {
  checkOptions('adam', options, ['learningRate', 'beta1', 'beta2', 'epsilon', 'weightDecay']);
  const { learningRate = 1e-4, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weightDecay = 0 } = options;
  checkNumber('adam', 'learningRate', learningRate, 0);
  checkNumber('adam', 'beta1', beta1, 0, 1 - 1e-9);
  checkNumber('adam', 'beta2', beta2, 0, 1 - 1e-9);
  checkNumber('adam', 'epsilon', epsilon, 0);
  checkNumber('adam', 'weightDecay', weightDecay, 0);
  return {
    config: { name: 'adam', learningRate, beta1, beta2, epsilon, weightDecay },
    learningRate,
    slots: ['m', 'v'],
    elementwise: true,
    update(weight, gradient, [m, v], rate, step) {
      const correction = Math.sqrt(1 - beta2 ** step);
      const newM = tf.add(m!, tf.mul(tf.sub(gradient, m!), 1 - beta1));
      const newV = tf.add(v!, tf.mul(tf.sub(tf.square(gradient), v!), 1 - beta2));
      // Both corrections as scalars: m̂ / (√v̂ + ε) = (c / (1 − β₁ᵗ)) · m / (√v + cε) with c = √(1 − β₂ᵗ).
      const change = tf.mul(
        tf.div(newM, tf.add(tf.sqrt(newV), epsilon * correction)),
        (rate * correction) / (1 - beta1 ** step),
      );
      const decayed = weightDecay ? tf.mul(weight, 1 - rate * weightDecay) : weight;
      return { weight: tf.sub(decayed, change), slots: [newM, newV] };
    },
  };
}
