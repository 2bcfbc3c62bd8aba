import * as tf from '@tensorflow/tfjs-core';

/**
 * `compute(x)`, through which no gradient flows: what comes out counts as given. TensorFlow.js has no stop of gradients of its
 * own. Operations without a gradient are allowed inside.
 */
export function detached<T extends tf.Tensor>(
  x: tf.Tensor,
  compute: (x: tf.Tensor) => T = (given) => tf.clone(given) as T,
): T {
  const stopped = tf.customGrad((given) => ({
    value: compute(given as tf.Tensor),
    gradFunc: () => tf.zerosLike(given as tf.Tensor),
  }));
  return stopped(x) as T;
}
