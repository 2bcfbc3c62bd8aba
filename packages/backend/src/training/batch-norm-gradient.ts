import * as tf from '@tensorflow/tfjs-core';
import { type GradientReplacement, training } from './gradient.js';

/** The kernel that gives [dx, dγ, d offset] for one mean, variance and γ a channel; not every engine has one. */
export const BATCH_NORM_GRAD = 'FusedBatchNormGrad';

/**
 * The gradient of y = (x − mean) · s · γ + offset, s = 1 / √(variance + ε). With Σ over the axes along which the mean
 * is broadcast, p = Σ dy and q = Σ dy · (x − mean):
 * dx = dy · γ · s, d mean = −γ · s · p, d variance = −γ · s³ · q / 2, dγ = s · q, d offset = p.
 */
export const batchNormGradient: GradientReplacement = {
  kernelName: tf.FusedBatchNorm,
  serves: training,
  gradient(dy, [x, mean, variance, scale], attrs) {
    const epsilon = attrs.varianceEpsilon as number;
    const s = tf.rsqrt(tf.add(variance!, epsilon));
    const inputs = { dy, x: x!, mean: mean!, variance: variance!, scale: scale! };
    // The kernel has no gradient of its own: under a second gradient, which is then being recorded, it is not used.
    const recorded = tf.engine().state.gradientDepth > 0;
    const fused = mean!.rank === 1 && !recorded && tf.getKernel(BATCH_NORM_GRAD, tf.getBackend());
    const [dx, dScale, dOffset] = fused
      ? (tf.engine().runKernel(BATCH_NORM_GRAD, inputs, attrs) as tf.Tensor[])
      : composed(inputs, s);
    return {
      x: () => dx!,
      mean: () => tf.neg(tf.mul(tf.mul(s, scale!), dOffset!)),
      variance: () => tf.mul(tf.mul(tf.mul(tf.square(s), scale!), dScale!), -0.5),
      scale: () => dScale!,
      offset: () => dOffset!,
    };
  },
};

function composed(
  { dy, x, mean, scale }: Record<'dy' | 'x' | 'mean' | 'scale', tf.Tensor>,
  s: tf.Tensor,
): tf.Tensor[] {
  const axes = tf.broadcast_util.getReductionAxes(mean.shape, x.shape);
  const total = (terms: tf.Tensor) => (axes.length ? tf.reshape(tf.sum(terms, axes), mean.shape) : terms);
  return [
    tf.mul(dy, tf.mul(s, scale)),
    tf.mul(s, total(tf.mul(dy, tf.sub(x, mean)))),
    axes.length ? total(dy) : dy.clone(),
  ];
}
