import { checkInteger, checkNumber } from '@diff/checks';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { checkLayerArgs } from './layer-args.js';

/** What `GuidedFilter` takes. */
export interface GuidedFilterArgs {
  /** Pixels from the centre of a window to its border. Default: 2. */
  radius?: number;
  /** ε, what a guide's variance is compared with. Default: 0.01. */
  epsilon?: number;
  name?: string;
}

/**
 * The attention guided filter of AG-Net (Zhang et al. 2019), after the fast guided filter (He & Sun 2015). Coarse guide I and
 * coarse feature p [B, h, w, C], fine guide [B, H, W, C], attention T [B, h, w, 1] → [B, H, W, C]. In each window of
 * (2·`radius` + 1)² pixels, cut at the borders, with ⟨·⟩ its mean:
 *
 *     a = (⟨T²Ip⟩ − ⟨T²I⟩⟨Tp⟩ / ⟨T⟩) / (|⟨T²I²⟩ − ⟨T²I⟩⟨TI⟩ / ⟨T⟩| + ε)        b = (⟨Tp⟩ − a⟨TI⟩) / ⟨T⟩
 *
 * The result is up(⟨a⟩) · fine guide + up(⟨b⟩), bilinear, corners aligned. At T = 1 it is the fast guided filter. As the paper, T is
 * divided by its sum over the window; the official code divides by the sum over the whole batch, by which images change each other.
 */
export class GuidedFilter extends tfl.layers.Layer {
  static className = 'DiffGuidedFilter';
  readonly radius: number;
  readonly epsilon: number;

  constructor(args: GuidedFilterArgs = {}) {
    super(checkLayerArgs('GuidedFilter', args, ['radius', 'epsilon']));
    const { radius = 2, epsilon = 0.01 } = args;
    checkInteger('GuidedFilter', 'radius', radius, 1);
    checkNumber('GuidedFilter', 'epsilon', epsilon, 1e-12);
    this.radius = radius;
    this.epsilon = epsilon;
  }

  override computeOutputShape(inputShapes: tfl.Shape[]): tfl.Shape {
    return inputShapes[2]!;
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => {
      const [guide, feature, fine, attention] = inputs as tf.Tensor4D[];
      const { radius } = this;
      const t = tf.add(attention!, 1e-6);
      const t2i = tf.mul(tf.square(t), guide!);
      const [tp, ti, t2ip, t2i2] = [
        tf.mul(t, feature!),
        tf.mul(t, guide!),
        tf.mul(t2i, feature!),
        tf.mul(t2i, guide!),
      ];
      const depth = fine!.shape[3];
      const means = boxMean(tf.concat([t2i, tp!, ti!, t2ip!, t2i2!, t], 3) as tf.Tensor4D, radius);
      const [mt2i, mtp, mti, mt2ip, mt2i2, mt] = tf.split(means, [...Array<number>(5).fill(depth), 1], 3);
      const share = tf.div(mt2i!, mt!);
      const variance = tf.abs(tf.sub(mt2i2!, tf.mul(share, mti!)));
      const a = tf.div(tf.sub(mt2ip!, tf.mul(share, mtp!)), tf.add(variance, this.epsilon));
      const b = tf.div(tf.sub(mtp!, tf.mul(a, mti!)), mt!);
      const [, height, width] = fine!.shape;
      const lines = boxMean(tf.concat([a, b], 3) as tf.Tensor4D, radius);
      const [slope, offset] = tf.split(tf.image.resizeBilinear(lines, [height, width], true), 2, 3);
      return tf.add(tf.mul(slope!, fine!), offset!);
    });
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), radius: this.radius, epsilon: this.epsilon };
  }
}
tf.serialization.registerClass(GuidedFilter);

/** The mean of [B, H, W, C] over windows that are cut at the borders. */
function boxMean(x: tf.Tensor4D, radius: number): tf.Tensor4D {
  const side = 2 * radius + 1;
  const [, height, width] = x.shape;
  const border: [number, number][] = [0, radius, radius, 0].map((each) => [each, each]);
  // Padded beforehand: the gradient of pooling that pads itself is wrong at the borders on some engines.
  const pool = (of: tf.Tensor4D) => tf.avgPool(tf.pad(of, border), side, 1, 'valid');
  return tf.div<tf.Tensor4D>(pool(x), pool(tf.ones([1, height, width, 1])));
}
