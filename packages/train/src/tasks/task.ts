import type * as tf from '@tensorflow/tfjs-core';
import type { Batch } from '../data/batch.js';

/** A model applied to its input, or to one tensor per input, in training or inference mode as the caller decided. */
export type Forward = (input: tf.Tensor | tf.Tensor[]) => tf.Tensor | tf.Tensor[];

/** What a model is trained to do with a batch. Write another to train anything that these two do not cover. */
export interface Task {
  name: string;
  /** Whether every example must have a diagnosis, and both classes must be there. */
  diagnosed: boolean;
  /** Whether batches must carry every rater's mask. Default: false. */
  raters?: boolean;
  /** The loss that training lowers. */
  loss(forward: Forward, batch: Batch): tf.Scalar;
  /** What the model says of each example: [B, …] logits. */
  predict(forward: Forward, batch: Batch): tf.Tensor;
}

/** The output of a model, or the first of several. */
export const first = (output: tf.Tensor | tf.Tensor[]) => (Array.isArray(output) ? output[0]! : output);
