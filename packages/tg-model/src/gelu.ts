import * as tf from '@tensorflow/tfjs-core';

/**
 * x·Φ(x) = x/2 · (1 + erf(x/√2)), exact rather than by a hyperbolic tangent, since every engine has `erf`.
 *
 * Hendrycks & Gimpel 2016, "Gaussian error linear units".
 */
export function gelu<T extends tf.Tensor>(x: T): T {
  return tf.tidy(() => tf.mul(tf.mul(x, 0.5), tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1)));
}
