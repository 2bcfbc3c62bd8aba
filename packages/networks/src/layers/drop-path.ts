import * as tf from '@tensorflow/tfjs-core';

/**
 * Leaves the whole branch out for a share `rate` of the samples, and scales the others by 1 / (1 − rate) so that the
 * mean stays. `draw` gives one uniform number per sample; without it (at inference) the branch is as it was.
 *
 * Huang et al. 2016, "Deep networks with stochastic depth".
 */
export function dropPath(branch: tf.Tensor3D, rate: number, draw?: () => tf.Tensor1D): tf.Tensor3D {
  if (!draw || rate === 0) return branch;
  return tf.tidy(() => {
    const kept = tf.cast(tf.greaterEqual(draw(), rate), 'float32');
    return tf.mul(branch, tf.reshape(tf.div(kept, 1 - rate), [-1, 1, 1])) as tf.Tensor3D;
  });
}
