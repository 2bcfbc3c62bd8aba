import * as tf from '@tensorflow/tfjs-core';

/** [B, N, h·d] → [B·h, N, d]. */
export function splitHeads(x: tf.Tensor3D, heads: number): tf.Tensor3D {
  const [batch, count, depth] = x.shape;
  const parts = tf.transpose(tf.reshape(x, [batch, count, heads, depth / heads]), [0, 2, 1, 3]);
  return tf.reshape(parts, [batch * heads, count, depth / heads]);
}

/** [B·h, N, d] → [B, N, h·d]. */
export function joinHeads(x: tf.Tensor3D, heads: number): tf.Tensor3D {
  const [groups, count, depth] = x.shape;
  const parts = tf.transpose(tf.reshape(x, [groups / heads, heads, count, depth]), [0, 2, 1, 3]);
  return tf.reshape(parts, [groups / heads, count, heads * depth]);
}

/** [B, M] → [B·h, M], each row h times. */
export function repeatByHead(mask: tf.Tensor2D, heads: number): tf.Tensor2D {
  const [batch, count] = mask.shape;
  return tf.reshape(tf.tile(tf.reshape(mask, [batch, 1, count]), [1, heads, 1]), [batch * heads, count]);
}
