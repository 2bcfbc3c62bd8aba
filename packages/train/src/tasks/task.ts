import type * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import type { Batch } from '../data/batch.js';
import type { Optimizer } from '../optimizers/optimizer.js';

/** A model applied to its input, or to one tensor per input, in training or inference mode as the caller decided. */
export type Forward = (input: tf.Tensor | tf.Tensor[]) => tf.Tensor | tf.Tensor[];

/** What a model is trained to do with a batch. Write another to train anything that these two do not cover. */
export interface Task {
  name: string;
  /** Whether every example must have a diagnosis, and both classes must be there. */
  diagnosed: boolean;
  /** Whether batches must carry every rater's mask. Default: false. */
  raters?: boolean;
  /**
   * What a step of training has to know beforehand, such as where a step would lead: tensors that `loss` is given, and through
   * which no gradient flows. It may change the weights for a while, and puts them back. Not called in validation. Default: nothing.
   */
  ahead?(model: tfl.LayersModel, batch: Batch): tf.Tensor[];
  /** The loss that training lowers, by the weights that no rival owns. */
  loss(forward: Forward, batch: Batch, ahead?: readonly tf.Tensor[]): tf.Scalar;
  /** What the model says of each example: [B, …] logits. */
  predict(forward: Forward, batch: Batch): tf.Tensor;
  /**
   * Parts of the model that lower losses of their own, such as the discriminators of adversarial training. In each step all
   * gradients are computed from the same weights, then all weights follow theirs. Default: none.
   */
  rivals?: readonly Rival[];
}

/** A part of a model that lowers a loss of its own. */
export interface Rival {
  name: string;
  /** Whether it owns a weight, by the weight's name: `discriminator.conv1/kernel`. Where two do, the first has it. */
  owns(weight: string): boolean;
  /** The loss that its weights lower. */
  loss(forward: Forward, batch: Batch): tf.Scalar;
  /** How its weights follow their gradients. The schedule of the training scales its rate too. */
  optimizer: Optimizer;
}

/** The output of a model, or the first of several. */
export const first = (output: tf.Tensor | tf.Tensor[]) => (Array.isArray(output) ? output[0]! : output);
