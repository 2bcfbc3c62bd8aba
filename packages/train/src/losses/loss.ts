import type * as tf from '@tensorflow/tfjs-core';

/** The mean loss of logits against targets in [0, 1] of the same shape. */
export type Loss = (logits: tf.Tensor, target: tf.Tensor) => tf.Scalar;
