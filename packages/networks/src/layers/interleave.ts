import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { checkLayerArgs } from './layer-args.js';

/**
 * Four maps [B, H, W, C] → one of twice the size, [B, 2H, 2W, C]: the pixel (2y + i, 2x + j) is the pixel (y, x) of the map
 * 2i + j.
 */
export class Interleave extends tfl.layers.Layer {
  static className = 'DiffInterleave';

  constructor(args: { name?: string } = {}) {
    super(checkLayerArgs('Interleave', args));
  }

  override computeOutputShape([shape]: tfl.Shape[]): tfl.Shape {
    const [batch, height, width, channels] = shape!;
    const twice = (side: number | null) => (side === null ? null : 2 * side);
    return [batch!, twice(height!), twice(width!), channels!];
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => {
      const [batch, height, width, channels] = (inputs as tf.Tensor4D[])[0]!.shape;
      const row = ([left, right]: tf.Tensor[]) =>
        tf.reshape(tf.stack([left!, right!], 3), [batch, height, 2 * width, channels]);
      const maps = inputs as tf.Tensor[];
      const rows = tf.stack([row(maps.slice(0, 2)), row(maps.slice(2))], 2);
      return tf.reshape(rows, [batch, 2 * height, 2 * width, channels]);
    });
  }
}
tf.serialization.registerClass(Interleave);
