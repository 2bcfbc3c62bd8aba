import * as tf from '@tensorflow/tfjs-core';

/** x·w + b for tokens [B, N, D] and weights [D, E]; as one matrix, since a 3-D by 2-D product has no gradient by w. */
export function linear(x: tf.Tensor3D, w: tf.Tensor, bias?: tf.Tensor): tf.Tensor3D {
  return tf.tidy(() => {
    const [batch, count, depth] = x.shape;
    const product = tf.matMul(tf.reshape(x, [batch * count, depth]), w as tf.Tensor2D);
    return tf.reshape(bias ? tf.add(product, bias) : product, [batch, count, w.shape[1]!]);
  });
}
