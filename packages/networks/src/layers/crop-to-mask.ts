import { checkInteger, checkNumber } from '@diff/checks';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { checkLayerArgs } from './layer-args.js';

/** What `CropToMask` takes. */
export interface CropToMaskArgs {
  /** Height and width of the crop. */
  size: number;
  /** What is left around the box on every side, as a share of its longer side. */
  margin: number;
  name?: string;
}

/**
 * Cuts the square around a mask's bounding box out of an image and resizes it bilinearly:
 * image [B, H, W, C] and mask [B, H, W, S] → [B, size, size, C].
 *
 * The box is the expected bounding box of the mask thresholded at t ~ U(0, 1), union over structures: with M the
 * greatest value of the mask, its first row is Σ_i (M − max over rows ≤ i), and so on for the other three sides.
 * For a mask of zeros and ones that is the bounding box itself; for a soft one it has a gradient with respect to the mask. An empty mask's
 * box is the whole image. Both resizings are matrix products with interpolation weights, so that every engine has
 * their gradients; where the crop is reduced, the weights widen with the step (antialiasing), and beyond the image its border
 * is repeated.
 */
export class CropToMask extends tfl.layers.Layer {
  static className = 'DiffCropToMask';
  readonly size: number;
  readonly margin: number;

  constructor(args: CropToMaskArgs) {
    super(checkLayerArgs('CropToMask', args, ['size', 'margin']));
    const { size, margin } = args ?? {};
    checkInteger('CropToMask', 'size', size, 1);
    checkNumber('CropToMask', 'margin', margin, 0);
    this.size = size;
    this.margin = margin;
  }

  override computeOutputShape(inputShapes: tfl.Shape[]): tfl.Shape {
    return [inputShapes[0]![0]!, this.size, this.size, inputShapes[0]![3]!];
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => {
      const [image, mask] = inputs as [tf.Tensor4D, tf.Tensor4D];
      const [batch, height, width, channels] = image.shape;
      const { size } = this;
      const { row, column, side } = boxOf(mask, this.margin);
      const rows = interpolation(row, side, height, size);
      const columns = interpolation(column, side, width, size);
      const tall = tf.matMul(rows, tf.reshape(image, [batch, height, width * channels]));
      const turned = tf.transpose(tf.reshape(tall, [batch, size, width, channels]), [0, 2, 1, 3]);
      const crop = tf.matMul(columns, tf.reshape(turned, [batch, width, size * channels]));
      return tf.transpose(tf.reshape(crop, [batch, size, size, channels]), [0, 2, 1, 3]);
    });
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), size: this.size, margin: this.margin };
  }
}
tf.serialization.registerClass(CropToMask);

/** The square around a mask: the row and column of its centre and its side, in pixels, [B, 1] each. */
export function boxOf(mask: tf.Tensor4D, margin: number): Record<'row' | 'column' | 'side', tf.Tensor> {
  const union = tf.max(mask, 3);
  const vertical = extent(tf.max(union, 2));
  const horizontal = extent(tf.max(union, 1));
  const side = tf.mul(tf.maximum(vertical.length, horizontal.length), 1 + 2 * margin);
  return { row: vertical.centre, column: horizontal.centre, side };
}

/** Centre and length, in pixels, [B, 1] each, of what a profile [B, N] of greatest values covers. */
function extent(profile: tf.Tensor): { centre: tf.Tensor; length: tf.Tensor } {
  const [batch, n] = profile.shape as [number, number];
  const index = tf.range(0, n);
  const upTo = tf.cast(tf.lessEqual(tf.reshape(index, [1, n]), tf.reshape(index, [n, 1])), 'float32');
  const spread = tf.reshape(profile, [batch, 1, n]);
  const greatest = tf.max(profile, 1, true);
  const missing = (pattern: tf.Tensor) =>
    tf.sum(tf.sub(greatest, tf.max(tf.mul(spread, tf.reshape(pattern, [1, n, n])), 2)), 1, true);
  const before = missing(upTo);
  const after = missing(tf.transpose(upTo));
  return {
    centre: tf.mul(tf.add(before, tf.sub(n, after)), 0.5),
    length: tf.sub(n, tf.add(before, after)),
  };
}

/** Weights [B, size, n] that read `size` places, evenly over `side` pixels around `centre`, from a line of n pixels. */
function interpolation(centre: tf.Tensor, side: tf.Tensor, n: number, size: number): tf.Tensor {
  const step = tf.div(side, size);
  const offsets = tf.reshape(tf.sub(tf.range(0, size), (size - 1) / 2), [1, size]);
  const places = tf.clipByValue(tf.add(tf.sub(centre, 0.5), tf.mul(step, offsets)), 0, n - 1);
  const reach = tf.expandDims(tf.maximum(step, 1), 2);
  const distance = tf.abs(tf.sub(tf.expandDims(places, 2), tf.reshape(tf.range(0, n), [1, 1, n])));
  const weights = tf.relu(tf.sub(1, tf.div(distance, reach)));
  return tf.div(weights, tf.sum(weights, 2, true));
}
