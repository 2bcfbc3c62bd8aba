import * as tf from '@tensorflow/tfjs-core';
import type { Batch } from './batch.js';
import { bce, type Loss } from './losses.js';

/** A model applied to a tensor, in training or inference mode as the caller decided. */
export type Forward = (input: tf.Tensor) => tf.Tensor | tf.Tensor[];

/** What a model is trained to do with a batch. Write another to train anything that these two do not cover. */
export interface Task {
  name: string;
  /** Whether every example must have a diagnosis, and both classes must be there. */
  diagnosed: boolean;
  /** The loss to go down. */
  loss(forward: Forward, batch: Batch): tf.Scalar;
  /** What the model says of each example: [B, …] logits. */
  predict(forward: Forward, batch: Batch): tf.Tensor;
}

const first = (output: tf.Tensor | tf.Tensor[]) => (Array.isArray(output) ? output[0]! : output);

/** Predict the diagnosis from image ⊕ mask: [B, H, W, C + S] → [B, 1]. */
export function diagnosis(options: { loss?: Loss } = {}): Task {
  const { loss = bce() } = options;
  const predict: Task['predict'] = (forward, { image, masks }) =>
    first(forward(tf.concat([image, masks], 3)));
  return {
    name: 'diagnosis',
    diagnosed: true,
    predict,
    loss: (forward, batch) => loss(predict(forward, batch), batch.diagnosis),
  };
}

/** Predict the masks from the image: [B, H, W, C] → [B, H, W, S]. */
export function segmentation(options: { loss?: Loss } = {}): Task {
  const { loss = bce() } = options;
  const predict: Task['predict'] = (forward, { image }) => first(forward(image));
  return {
    name: 'segmentation',
    diagnosed: false,
    predict,
    loss: (forward, batch) => loss(predict(forward, batch), batch.masks),
  };
}
