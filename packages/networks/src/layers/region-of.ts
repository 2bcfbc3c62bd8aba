import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { detached } from './detached.js';
import { firstTensor } from './first-tensor.js';
import { checkLayerArgs } from './layer-args.js';

/** Logits → 1 where they are positive, else 0. No gradient flows through it: where to look is given to what looks there. */
export class RegionOf extends tfl.layers.Layer {
  static className = 'DiffRegionOf';

  constructor(args: { name?: string } = {}) {
    super(checkLayerArgs('RegionOf', args));
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return detached(firstTensor(inputs), (logits) => tf.cast(tf.greater(logits, 0), 'float32'));
  }
}
tf.serialization.registerClass(RegionOf);
