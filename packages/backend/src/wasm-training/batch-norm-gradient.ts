import * as tf from '@tensorflow/tfjs-core';
import type { GradientReplacement } from './gradient.js';

/**
 * The gradient of y = (x − mean) · s · γ + offset, s = 1 / √(variance + ε), for one mean, variance and γ a channel.
 * With Σ over all but the channels, p = Σ dy and q = Σ dy · (x − mean):
 * dx = dy · γ · s, d mean = −γ · s · p, d variance = −γ · s³ · q / 2, dγ = s · q, d offset = p.
 */
export const batchNormGradient: GradientReplacement = {
  kernelName: tf.FusedBatchNorm,
  gradient(dy, [x, mean, variance, scale], attrs) {
    if (mean!.rank !== 1) return undefined;
    const axes = x!.shape.slice(0, -1).map((_, axis) => axis);
    const s = tf.rsqrt(tf.add(variance!, attrs.varianceEpsilon as number));
    const factor = tf.mul(s, scale!);
    const p = tf.sum(dy, axes);
    const q = tf.sum(tf.mul(dy, tf.sub(x!, mean!)), axes);
    return {
      x: () => tf.mul(dy, factor),
      mean: () => tf.neg(tf.mul(factor, p)),
      variance: () => tf.mul(tf.mul(factor, tf.mul(tf.square(s), q)), -0.5),
      scale: () => tf.mul(s, q),
      offset: () => p.clone(),
    };
  },
};
