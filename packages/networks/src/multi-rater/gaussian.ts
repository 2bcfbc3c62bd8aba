import * as tf from '@tensorflow/tfjs-core';

/**
 * KL(q ‖ p) of Gaussians of independent components, given as μ and log σ side by side […, 2·n]; summed over all axes but the
 * batch, then averaged over it: Σ log σₚ − log σ_q + (σ_q² + (μ_q − μₚ)²) / (2·σₚ²) − ½.
 */
export function gaussianKl(q: tf.Tensor, p: tf.Tensor): tf.Scalar {
  return tf.tidy(() => {
    const [meanQ, logQ] = tf.split(q, 2, -1) as [tf.Tensor, tf.Tensor];
    const [meanP, logP] = tf.split(p, 2, -1) as [tf.Tensor, tf.Tensor];
    const square = tf.add(tf.exp(tf.mul(2, logQ)), tf.square(tf.sub(meanQ, meanP)));
    const scaled = tf.mul(0.5, tf.mul(square, tf.exp(tf.mul(-2, logP))));
    const each = tf.sub(tf.add(tf.sub(logP, logQ), scaled), 0.5);
    return tf.div(tf.sum(each), q.shape[0]!) as tf.Scalar;
  });
}
