import * as tf from '@tensorflow/tfjs-core';

/** Binary cross-entropy of every probability against its target, with 1e-6 inside the logarithms. */
export const bceOfProbability = (p: tf.Tensor, target: tf.Tensor): tf.Tensor =>
  tf.tidy(() =>
    tf.neg(
      tf.add(tf.mul(target, tf.log(tf.add(p, 1e-6))), tf.mul(tf.sub(1, target), tf.log(tf.sub(1 + 1e-6, p)))),
    ),
  );

/** The mean of `values` with `weights` that broadcast to them, and 0 where all weights are 0. */
export const weightedMean = (values: tf.Tensor, weights: tf.Tensor): tf.Scalar =>
  tf.tidy(() => {
    const all = tf.mul(tf.onesLike(values), weights);
    return tf.div(tf.sum(tf.mul(values, all)), tf.maximum(tf.sum(all), 1e-6)) as tf.Scalar;
  });

/** present [B, S, R] beside maps [B, H, W, S, R]: [B, 1, 1, S, R]. */
export const beside = (present: tf.Tensor3D): tf.Tensor5D => {
  const [b, s, r] = present.shape;
  return tf.reshape(present, [b, 1, 1, s, r]);
};

/** Whether anybody outlined a structure, [B, 1, 1, S]. */
export const outlined = (present: tf.Tensor3D): tf.Tensor4D => {
  const [b, s] = present.shape;
  return tf.reshape(tf.max(present, 2), [b, 1, 1, s]);
};

/** The mean vote of those who are there, [B, H, W, S]; 0 where nobody is. */
export const meanOfPresent = (raters: tf.Tensor5D, present: tf.Tensor3D): tf.Tensor4D =>
  tf.tidy(() => {
    const there = beside(present);
    return tf.div(tf.sum(tf.mul(raters, there), -1), tf.maximum(tf.sum(there, -1), 1)) as tf.Tensor4D;
  });
