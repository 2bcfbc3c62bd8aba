import * as tf from '@tensorflow/tfjs-core';

const FORBIDDEN = 1e9;

/** The softmax over the last axis among what is `allowed`. */
export function maskedSoftmax<T extends tf.Tensor>(scores: T, allowed?: tf.Tensor): T {
  if (!allowed) return tf.softmax(scores);
  const penalty = tf.mul(tf.sub(allowed, 1), FORBIDDEN);
  return tf.mul(tf.softmax(tf.add(scores, penalty)), allowed) as T;
}
