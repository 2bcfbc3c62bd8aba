import * as tf from '@tensorflow/tfjs-core';

/**
 * x·Φ(x) = x/2 · (1 + erf(x/√2)), exact rather than by a hyperbolic tangent, since every engine has `erf`. Its gradient
 * is Φ(x) + x·φ(x).
 *
 * Hendrycks & Gimpel 2016, "Gaussian error linear units".
 */
export function gelu<T extends tf.Tensor>(x: T): T {
  return gaussianErrorLinear(x) as T;
}

const gaussianErrorLinear = tf.customGrad((...args) => {
  const [x, save] = args as [tf.Tensor, tf.GradSaveFunc];
  const cumulative = tf.mul(tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1), 0.5);
  save([x, cumulative]);
  return { value: tf.mul(x, cumulative), gradFunc: backward };
});

function backward(dy: tf.Tensor, saved: tf.Tensor[]): tf.Tensor {
  const [x, cumulative] = saved as [tf.Tensor, tf.Tensor];
  const density = tf.mul(tf.exp(tf.mul(tf.square(x), -0.5)), 1 / Math.sqrt(2 * Math.PI));
  return tf.mul(dy, tf.add(cumulative, tf.mul(x, density)));
}
