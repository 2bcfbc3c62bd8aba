import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';

/**
 * A draw from a Gaussian of independent components that its gradient passes through: the parameters μ and log σ side by side
 * […, 2·n] and standard normal numbers […, n] → μ + σ·noise.
 */
export class GaussianSample extends tfl.layers.Layer {
  static className = 'DiffGaussianSample';

  override computeOutputShape(shapes: tfl.Shape[]): tfl.Shape {
    return (shapes as [tfl.Shape, tfl.Shape])[1];
  }

  override call(inputs: tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => {
      const [parameters, noise] = inputs as [tf.Tensor, tf.Tensor];
      const [mean, logDeviation] = tf.split(parameters, 2, -1) as [tf.Tensor, tf.Tensor];
      return tf.add(mean, tf.mul(tf.exp(logDeviation), noise));
    });
  }
}
tf.serialization.registerClass(GaussianSample);
