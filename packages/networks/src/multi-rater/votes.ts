import * as tf from '@tensorflow/tfjs-core';
import { beside } from './rater-loss.js';

/**
 * Tables of raters are [S, R, 2, 2]: row c and column k belong to a pixel of class c (0 outside, 1 inside) that the rater called
 * k. A soft vote v counts as v of class 1 and 1 − v of class 0.
 */
export type RaterTable = tf.Tensor4D;

/** Σᵣ (table[1, vote] − table[0, vote]) over the raters who are there, [B, H, W, S]. A missing rater adds nothing. */
export function logOdds(table: RaterTable, raters: tf.Tensor5D, present: tf.Tensor3D): tf.Tensor4D {
  return tf.tidy(() => {
    const [s, r] = table.shape;
    const row = (c: number) => tf.reshape(tf.slice(table, [0, 0, c, 0], [-1, -1, 1, -1]), [s, r, 2]);
    const odds = tf.sub(row(1), row(0));
    const vote = (k: number) => tf.reshape(tf.slice(odds, [0, 0, k], [-1, -1, 1]), [s, r]);
    const each = tf.add(vote(0), tf.mul(raters, tf.sub(vote(1), vote(0))));
    return tf.sum(tf.mul(each, beside(present)), -1) as tf.Tensor4D;
  });
}

/**
 * How much belief in each class fell on each vote: Σ weight · belief(c) · vote(k) over batch and pixels, [S, R, 2, 2]. Items that
 * a rater did not see are in no sum, nor in any denominator.
 *
 * @param belief Of class 1, [B, H, W, S].
 * @param weight Which pixels count, [B, H, W, S].
 */
export function tally(
  belief: tf.Tensor,
  weight: tf.Tensor,
  raters: tf.Tensor5D,
  present: tf.Tensor3D,
): RaterTable {
  return tf.tidy(() => {
    const row = (share: tf.Tensor) => {
      const seen = tf.mul(tf.expandDims(tf.mul(weight, share), 4), beside(present));
      const all = tf.sum(tf.mul(tf.onesLike(raters), seen), [0, 1, 2]);
      const inside = tf.sum(tf.mul(raters, seen), [0, 1, 2]);
      return tf.stack([tf.sub(all, inside), inside], -1);
    };
    return tf.stack([row(tf.sub(1, belief)), row(belief)], 2) as RaterTable;
  });
}

/** Each row divided by its sum: P(vote | class). A row of zeros becomes one half each: nothing is known. */
export function confusionOf(table: RaterTable): RaterTable {
  return tf.tidy(() => {
    const sum = tf.sum(table, 3, true);
    const known = tf.cast(tf.greater(sum, 0), 'float32');
    const rows = tf.div(table, tf.maximum(sum, 1e-20));
    return tf.add(tf.mul(rows, known), tf.mul(0.5, tf.sub(1, known))) as RaterTable;
  });
}
