import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { firstTensor } from './first-tensor.js';

/** The mean over channels: [B, H, W, C] → [B, H, W, 1]. */
export class ChannelMean extends tfl.layers.Layer {
  static className = 'DiffChannelMean';

  override computeOutputShape(inputShape: tfl.Shape): tfl.Shape {
    return [...inputShape.slice(0, -1), 1];
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => tf.mean(firstTensor(inputs), -1, true));
  }
}
tf.serialization.registerClass(ChannelMean);
