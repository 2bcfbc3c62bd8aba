import * as tf from '@tensorflow/tfjs-core';

/** Binary cross-entropy of every logit against its target in [0, 1]: max(x, 0) − x·t + log(1 + e^−|x|). */
export const bceByValue = (logits: tf.Tensor, target: tf.Tensor): tf.Tensor =>
  tf.tidy(() =>
    tf.add(tf.sub(tf.relu(logits), tf.mul(logits, target)), tf.log1p(tf.exp(tf.neg(tf.abs(logits))))),
  );
