import { checkInteger } from '@diff/checks';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { firstTensor } from './first-tensor.js';
import { checkLayerArgs } from './layer-args.js';

/** Parts channels among raters: [B, H, W, S · R] → [B, H, W, S, R], the raters of one structure side by side. */
export class SplitRaters extends tfl.layers.Layer {
  static className = 'DiffSplitRaters';
  readonly raters: number;

  constructor(args: { raters: number; name?: string }) {
    super(checkLayerArgs('SplitRaters', args, ['raters']));
    checkInteger('SplitRaters', 'raters', args?.raters, 1);
    this.raters = args.raters;
  }

  private split<T>([b, h, w, c]: readonly T[]): [T, T, T, number, number] {
    return [b!, h!, w!, Number(c) / this.raters, this.raters];
  }

  override computeOutputShape(inputShape: tfl.Shape): tfl.Shape {
    return this.split(inputShape);
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => {
      const x = firstTensor(inputs);
      return tf.reshape(x, this.split(x.shape));
    });
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), raters: this.raters };
  }
}
tf.serialization.registerClass(SplitRaters);
