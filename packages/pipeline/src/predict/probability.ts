import type * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';

/** Image [B, H, W, C] → probability [B, H, W, S] of each structure, in inference mode. */
export type Probability = (image: tf.Tensor4D) => tf.Tensor4D;

/** The probability by networks that learned every rater's masks: the mean that they say themselves; of others nothing. */
export async function raterMean(model: tfl.LayersModel): Promise<Probability | undefined> {
  const { multiRaterNetworks, predictorOf } = await import('@diff/networks/multi-rater');
  if (!multiRaterNetworks.some(({ name }) => name === model.name)) return;
  return predictorOf(model).predict;
}
