import { checkNumber } from '@diff/checks';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { boxOf } from './crop-to-mask.js';
import { checkLayerArgs } from './layer-args.js';

/** What `PasteToMask` takes. */
export interface PasteToMaskArgs {
  /** What is left around the box, as in the `CropToMask` that it undoes. */
  margin: number;
  /** The value outside the square. Default: 0. */
  outside?: number;
  name?: string;
}

/**
 * The reverse of `CropToMask`: a crop [B, size, size, C] goes back to where the mask [B, H, W, S] says that it came from → [B, H, W, C],
 * bilinear, with `outside` where the crop did not reach.
 */
export class PasteToMask extends tfl.layers.Layer {
  static className = 'DiffPasteToMask';
  readonly margin: number;
  readonly outside: number;

  constructor(args: PasteToMaskArgs) {
    super(checkLayerArgs('PasteToMask', args, ['margin', 'outside']));
    const { margin, outside = 0 } = args ?? {};
    checkNumber('PasteToMask', 'margin', margin, 0);
    checkNumber('PasteToMask', 'outside', outside);
    this.margin = margin;
    this.outside = outside;
  }

  override computeOutputShape([crop, mask]: tfl.Shape[]): tfl.Shape {
    return [...mask!.slice(0, 3), crop![3]!];
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => {
      const [crop, mask] = inputs as [tf.Tensor4D, tf.Tensor4D];
      const [batch, size, , channels] = crop.shape;
      const [, height, width] = mask.shape;
      const { row, column, side } = boxOf(mask, this.margin);
      const rows = places(row, side, height, size);
      const columns = places(column, side, width, size);
      const tall = tf.matMul(rows, tf.reshape(tf.sub(crop, this.outside), [batch, size, size * channels]));
      const turned = tf.transpose(tf.reshape(tall, [batch, height, size, channels]), [0, 2, 1, 3]);
      const pasted = tf.matMul(columns, tf.reshape(turned, [batch, size, height * channels]));
      const back = tf.transpose(tf.reshape(pasted, [batch, width, height, channels]), [0, 2, 1, 3]);
      return tf.add(back, this.outside);
    });
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), margin: this.margin, outside: this.outside };
  }
}
tf.serialization.registerClass(PasteToMask);

/** Weights [B, n, size] by which n pixels of a line read `size` places spread over `side` pixels around `centre`; 0 beyond. */
function places(centre: tf.Tensor, side: tf.Tensor, n: number, size: number): tf.Tensor {
  const step = tf.div(side, size);
  const from = tf.add(tf.div(tf.sub(tf.range(0, n), tf.sub(centre, 0.5)), step), (size - 1) / 2);
  // Half a pixel of the crop, or of the image if that is larger, still belongs to the square.
  const edge = tf.maximum(0.5, tf.div(0.5, step));
  const inside = tf.logicalAnd(
    tf.greaterEqual(from, tf.neg(edge)),
    tf.lessEqual(from, tf.add(edge, size - 1)),
  );
  const kept = tf.expandDims(tf.clipByValue(from, 0, size - 1), 2);
  const reach = tf.expandDims(tf.maximum(tf.div(1, step), 1), 2);
  const distance = tf.abs(tf.sub(kept, tf.reshape(tf.range(0, size), [1, 1, size])));
  const weights = tf.relu(tf.sub(1, tf.div(distance, reach)));
  const whole = tf.div(weights, tf.sum(weights, 2, true));
  return tf.mul(whole, tf.cast(tf.expandDims(inside, 2), 'float32'));
}
