import type { Batch } from '@diff/train';
import * as tf from '@tensorflow/tfjs-core';
import { beside } from './rater-loss.js';

/**
 * The masks of one rater, drawn for each image among those who are there, [B, H, W, S]. All structures of an image take the same
 * rater as far as that rater outlined them.
 */
export function drawRater({ raters, present, random }: Required<Batch>): tf.Tensor4D {
  const [batch, structures, people] = present.shape;
  const order = tf.tensor3d(
    Float32Array.from({ length: batch * people }, () => 1 - random.uniform()),
    [batch, 1, people],
  );
  return tf.tidy(() => {
    const chosen = tf.oneHot(tf.reshape(tf.argMax(tf.mul(present, order), 2), [-1]), people);
    const one = tf.reshape(tf.cast(chosen, 'float32'), [batch, structures, people]) as tf.Tensor3D;
    return tf.sum(tf.mul(raters, beside(one)), -1) as tf.Tensor4D;
  });
}
