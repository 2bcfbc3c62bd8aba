import { checkBoolean } from '@diff/checks';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { firstTensor } from './first-tensor.js';
import { checkLayerArgs } from './layer-args.js';

/** What `Mirror` takes. */
export interface MirrorArgs {
  /** Whether top and bottom change places. Default: false. */
  vertical?: boolean;
  /** Whether left and right do. Default: false. */
  horizontal?: boolean;
  name?: string;
}

/** A map [B, H, W, C] seen in a mirror. Twice the same mirror gives the map back. */
export class Mirror extends tfl.layers.Layer {
  static className = 'DiffMirror';
  readonly vertical: boolean;
  readonly horizontal: boolean;

  constructor(args: MirrorArgs = {}) {
    super(checkLayerArgs('Mirror', args, ['vertical', 'horizontal']));
    const { vertical = false, horizontal = false } = args;
    checkBoolean('Mirror', 'vertical', vertical);
    checkBoolean('Mirror', 'horizontal', horizontal);
    this.vertical = vertical;
    this.horizontal = horizontal;
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const axes = [...(this.vertical ? [1] : []), ...(this.horizontal ? [2] : [])];
    return tf.tidy(() => tf.reverse(firstTensor(inputs), axes));
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), vertical: this.vertical, horizontal: this.horizontal };
  }
}
tf.serialization.registerClass(Mirror);
