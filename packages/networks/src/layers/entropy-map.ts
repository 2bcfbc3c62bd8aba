import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { firstTensor } from './first-tensor.js';
import { checkLayerArgs } from './layer-args.js';

/** The uncertainty map of BEAL: logits x → −p · log(p + 1e-7) with p = σ(x), of every channel. */
export class EntropyMap extends tfl.layers.Layer {
  static className = 'DiffEntropyMap';

  constructor(args: { name?: string } = {}) {
    super(checkLayerArgs('EntropyMap', args));
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => {
      const p = tf.sigmoid(firstTensor(inputs));
      return tf.neg(tf.mul(p, tf.log(tf.add(p, 1e-7))));
    });
  }
}
tf.serialization.registerClass(EntropyMap);
