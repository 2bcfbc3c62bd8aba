import type * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';

export function apply(
  model: tfl.LayersModel,
  input: tf.Tensor | tf.Tensor[],
  training: boolean,
): tf.Tensor | tf.Tensor[] {
  return model.apply(input, { training }) as tf.Tensor | tf.Tensor[];
}
