import * as tf from '@tensorflow/tfjs-core';
import type { GradientReplacement } from './gradient.js';

/**
 * The gradient of y = (x − mean) · s · γ + offset, s = 1 / √(variance + ε). With Σ over the axes along which the mean
 * is broadcast, p = Σ dy and q = Σ dy · (x − mean):
 * dx = dy · γ · s, d mean = −γ · s · p, d variance = −γ · s³ · q / 2, dγ = s · q, d offset = p.
 */
export const batchNormGradient: GradientReplacement = {
  kernelName: tf.FusedBatchNorm,
  gradient(dy, [x, mean, variance, scale], attrs) {
    const axes = tf.broadcast_util.getReductionAxes(mean!.shape, x!.shape);
    const total = (terms: tf.Tensor) => (axes.length ? tf.reshape(tf.sum(terms, axes), mean!.shape) : terms);
    const s = tf.rsqrt(tf.add(variance!, attrs.varianceEpsilon as number));
    const factor = tf.mul(s, scale!);
    const p = total(dy);
    const q = total(tf.mul(dy, tf.sub(x!, mean!)));
    return {
      x: () => tf.mul(dy, factor),
      mean: () => tf.neg(tf.mul(factor, p)),
      variance: () => tf.mul(tf.mul(factor, tf.mul(tf.square(s), q)), -0.5),
      scale: () => tf.mul(s, q),
      offset: () => p.clone(),
    };
  },
};
