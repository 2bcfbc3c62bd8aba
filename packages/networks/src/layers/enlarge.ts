import { checkBoolean, checkInteger } from '@diff/checks';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { firstTensor } from './first-tensor.js';
import { checkLayerArgs } from './layer-args.js';

/** What `Enlarge` takes. */
export interface EnlargeArgs {
  /** How many times as high and wide. */
  factor: number;
  /** Whether the centres of the corner pixels stay where they are, as PyTorch's `align_corners`. Default: true. */
  corners?: boolean;
  name?: string;
}

/**
 * Bilinear enlargement as PyTorch's `interpolate`: [B, H, W, C] → [B, factor · H, factor · W, C]. Pixel i of n lies at
 * i · (n − 1) / (factor · n − 1) between the pixels that there were, or, without `corners`, at (i + ½) / factor − ½, cut to them.
 * `tf.layers.upSampling2d` takes i / factor, which moves the picture.
 */
export class Enlarge extends tfl.layers.Layer {
  static className = 'DiffEnlarge';
  readonly args: Required<Omit<EnlargeArgs, 'name'>>;

  constructor(args: EnlargeArgs) {
    super(checkLayerArgs('Enlarge', args, ['factor', 'corners']));
    const { factor, corners = true } = args ?? {};
    checkInteger('Enlarge', 'factor', factor, 1);
    checkBoolean('Enlarge', 'corners', corners);
    this.args = { factor, corners };
  }

  override computeOutputShape([batch, height, width, channels]: tfl.Shape): tfl.Shape {
    const more = (side: number | null | undefined) => side && side * this.args.factor;
    return [batch, more(height), more(width), channels] as tfl.Shape;
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => {
      const x = firstTensor(inputs) as tf.Tensor4D;
      return along(along(x, 1, this.args), 2, this.args);
    });
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), ...this.args };
  }
}
tf.serialization.registerClass(Enlarge);

type Args = Enlarge['args'];

/** Enlarges one axis; by a matrix, since not every engine has the gradient of resizing where height and width differ, or by centres. */
function along(x: tf.Tensor4D, axis: 1 | 2, args: Args): tf.Tensor4D {
  const order = axis === 1 ? [1, 0, 2, 3] : [2, 1, 0, 3];
  const [n, ...others] = order.map((each) => x.shape[each]!) as [number, ...number[]];
  const lines = tf.reshape(tf.transpose(x, order), [n, -1]) as tf.Tensor2D;
  const more = tf.matMul(weights(n, args), lines);
  return tf.transpose(tf.reshape<tf.Rank>(more, [args.factor * n, ...others]), order) as tf.Tensor4D;
}

/** How much each of n pixels is in each of factor · n. */
function weights(n: number, { factor, corners }: Args): tf.Tensor2D {
  const matrix = new Float32Array(factor * n * n);
  for (let i = 0; i < factor * n; i++) {
    const place = corners ? (i * (n - 1)) / (factor * n - 1) : (i + 0.5) / factor - 0.5;
    const at = Math.min(n - 1, Math.max(0, place));
    const low = Math.floor(at);
    matrix[i * n + low]! += 1 - (at - low);
    if (low + 1 < n) matrix[i * n + low + 1]! += at - low;
  }
  return tf.tensor2d(matrix, [factor * n, n]);
}
