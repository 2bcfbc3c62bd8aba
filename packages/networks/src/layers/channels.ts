import { checkInteger } from '@diff/checks';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { firstTensor } from './first-tensor.js';
import { checkLayerArgs } from './layer-args.js';

/** What `Channels` takes. */
export interface ChannelsArgs {
  /** The first channel taken. */
  start: number;
  /** How many. */
  count: number;
  name?: string;
}

/** Takes some of the channels: [B, H, W, C] → [B, H, W, count]. */
export class Channels extends tfl.layers.Layer {
  static className = 'DiffChannels';
  readonly start: number;
  readonly count: number;

  constructor(args: ChannelsArgs) {
    super(checkLayerArgs('Channels', args, ['start', 'count']));
    const { start, count } = args ?? {};
    checkInteger('Channels', 'start', start, 0);
    checkInteger('Channels', 'count', count, 1);
    this.start = start;
    this.count = count;
  }

  override computeOutputShape(inputShape: tfl.Shape): tfl.Shape {
    return [...inputShape.slice(0, -1), this.count];
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => tf.slice(firstTensor(inputs), [0, 0, 0, this.start], [-1, -1, -1, this.count]));
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), start: this.start, count: this.count };
  }
}
tf.serialization.registerClass(Channels);
