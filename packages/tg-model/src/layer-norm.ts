import * as tf from '@tensorflow/tfjs-core';

const EPSILON = 1e-5;

/** (x − mean) / √(variance + 10⁻⁵) · gamma + beta, over the last axis. Ba et al. 2016. */
export function layerNorm<T extends tf.Tensor>(x: T, gamma: tf.Tensor, beta: tf.Tensor): T {
  return tf.tidy(() => {
    const { mean, variance } = tf.moments(x, -1, true);
    const standard = tf.mul(tf.sub(x, mean), tf.rsqrt(tf.add(variance, EPSILON)));
    return tf.add(tf.mul(standard, gamma), beta) as T;
  });
}
