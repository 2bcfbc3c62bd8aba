import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { detached } from '../layers/detached.js';

const RADIUS = 15;
const DEVIATION = 4;

/** A Gaussian of deviation 4 on 31 × 31 pixels, each channel for itself; zeros beyond the edge. */
function blurred(map: tf.Tensor4D): tf.Tensor4D {
  const raw = Array.from({ length: 2 * RADIUS + 1 }, (_, i) =>
    Math.exp(-0.5 * ((i - RADIUS) / DEVIATION) ** 2),
  );
  const sum = raw.reduce((a, b) => a + b, 0);
  const line = raw.map((value) => value / sum);
  const [b, h, w, c] = map.shape;
  const alone = tf.reshape(tf.transpose(map, [0, 3, 1, 2]), [b * c, h, w, 1]) as tf.Tensor4D;
  const down = tf.conv2d(alone, tf.tensor4d(line, [line.length, 1, 1, 1]), 1, 'same');
  const across = tf.conv2d(down, tf.tensor4d(line, [1, line.length, 1, 1]), 1, 'same');
  return tf.transpose(tf.reshape(across, [b, c, h, w]), [0, 2, 3, 1]) as tf.Tensor4D;
}

/** max(map, blurred map stretched to [0, 1]). */
function widened(map: tf.Tensor4D): tf.Tensor4D {
  const soft = blurred(map);
  const [low, high] = [tf.min(soft, [1, 2], true), tf.max(soft, [1, 2], true)];
  return tf.maximum(map, tf.div(tf.sub(soft, low), tf.maximum(tf.sub(high, low), 1e-6)));
}

/**
 * MRNet's perception: features [B, H, W, F], coarse logits [B, H, W, S] and rater logits [B, H, W, S, R] → the features times
 * (1 + attention) for each of 2·S attention maps, [B, H, W, 2·S·F]. The maps are the coarse probability and the standard
 * deviation over the raters, each blurred, stretched to [0, 1], and at least itself. They are taken as given: no gradient
 * goes through them.
 */
export class SoftAttention extends tfl.layers.Layer {
  static className = 'DiffSoftAttention';

  override computeOutputShape(shapes: tfl.Shape[]): tfl.Shape {
    const [features, coarse] = shapes as [tfl.Shape, tfl.Shape];
    return [...features.slice(0, 3), 2 * coarse[3]! * features[3]!];
  }

  override call(inputs: tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => {
      const [features, coarse, heads] = inputs as [tf.Tensor4D, tf.Tensor4D, tf.Tensor5D];
      const certain = detached(coarse, (x) => widened(tf.sigmoid(x) as tf.Tensor4D));
      const disputed = detached(heads, (x) =>
        widened(tf.sqrt(tf.moments(tf.sigmoid(x), -1).variance) as tf.Tensor4D),
      );
      const maps = tf.split(tf.concat([certain, disputed], 3), 2 * coarse.shape[3], 3);
      return tf.concat(
        maps.map((map) => tf.add(tf.mul(features, map), features)),
        3,
      );
    });
  }
}
tf.serialization.registerClass(SoftAttention);
