import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';

/** The same vector at every pixel of a map: [B, n] and [B, H, W, C] → [B, H, W, n]. */
export class TileOver extends tfl.layers.Layer {
  static className = 'DiffTileOver';

  override computeOutputShape(shapes: tfl.Shape[]): tfl.Shape {
    const [vector, map] = shapes as [tfl.Shape, tfl.Shape];
    return [...map.slice(0, 3), vector[1]!];
  }

  override call(inputs: tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => {
      const [vector, map] = inputs as [tf.Tensor2D, tf.Tensor4D];
      const [batch, height, width] = map.shape;
      return tf.tile(tf.reshape(vector, [batch, 1, 1, vector.shape[1]]), [1, height, width, 1]);
    });
  }
}
tf.serialization.registerClass(TileOver);
