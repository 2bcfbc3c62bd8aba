import type * as tf from '@tensorflow/tfjs-core';

/** What a layer with one input is called with: the tensor itself or a list of one. */
export function firstTensor(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
  return Array.isArray(inputs) ? inputs[0]! : inputs;
}
