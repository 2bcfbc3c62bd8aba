import * as tf from '@tensorflow/tfjs-core';
import { checkRange } from '../check.js';

/**
 * How a weight follows its gradient. Its memory is the tensors in `slots`, which the caller keeps: so a run can be
 * stored and goes on bit-equal, which tfjs's own optimisers do not (Adam restores its bias correction rounded).
 */
export interface Optimizer {
  /** Name and settings, stored with a checkpoint to recognise it by. */
  config: Record<string, number | string>;
  learningRate: number;
  /** The names of the memory that each weight needs, zero at first. */
  slots: readonly string[];
  /**
   * Whether each number of a weight follows its own gradient and memory alone: `train` then updates short weights
   * together, joined to one, which is the same and faster. Default false.
   */
  elementwise?: boolean;
  /** @param step Counted from 1. */
  update(
    weight: tf.Tensor,
    gradient: tf.Tensor,
    slots: tf.Tensor[],
    rate: number,
    step: number,
  ): { weight: tf.Tensor; slots: tf.Tensor[] };
}

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
  const { learningRate = 1e-4, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weightDecay = 0 } = options;
  checkRange('adam', 'learningRate', learningRate, 0);
  checkRange('adam', 'beta1', beta1, 0, 1 - 1e-9);
  checkRange('adam', 'beta2', beta2, 0, 1 - 1e-9);
  checkRange('adam', 'epsilon', epsilon, 0);
  checkRange('adam', 'weightDecay', weightDecay, 0);
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

/** Stochastic gradient descent as PyTorch's: g ← g + decay·w, v ← momentum·v + g, w ← w − rate·v. */
export function sgd(
  options: { learningRate?: number; momentum?: number; weightDecay?: number } = {},
): Optimizer {
  const { learningRate = 0.01, momentum = 0.9, weightDecay = 0 } = options;
  checkRange('sgd', 'learningRate', learningRate, 0);
  checkRange('sgd', 'momentum', momentum, 0, 1 - 1e-9);
  checkRange('sgd', 'weightDecay', weightDecay, 0);
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
