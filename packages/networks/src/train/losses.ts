import * as tf from '@tensorflow/tfjs-core';
import { checkRange } from '../check.js';

/** The mean loss of logits against targets in [0, 1] of the same shape. */
export type Loss = (logits: tf.Tensor, target: tf.Tensor) => tf.Scalar;

/**
 * Binary cross-entropy on logits, averaged: −[w·t·log σ(x) + (1 − t)·log(1 − σ(x))], computed as
 * (1 − t)·x + (1 + (w − 1)·t)·(log(1 + e^−|x|) + max(−x, 0)), which does not overflow.
 *
 * @param options.positiveWeight w, above 1 where positives are rare. Default 1; the paper's released code has 2.
 */
export function bce(options: { positiveWeight?: number } = {}): Loss {
  const { positiveWeight = 1 } = options;
  checkRange('bce', 'positiveWeight', positiveWeight, 0);
  return (logits, target) =>
    tf.tidy(() => {
      const softplusOfMinus = tf.add(tf.log1p(tf.exp(tf.neg(tf.abs(logits)))), tf.relu(tf.neg(logits)));
      const weighted =
        positiveWeight === 1
          ? softplusOfMinus
          : tf.mul(softplusOfMinus, tf.add(1, tf.mul(target, positiveWeight - 1)));
      return tf.mean(tf.add(tf.mul(tf.sub(1, target), logits), weighted));
    });
}

/**
 * Soft Dice loss of [B, H, W, S] logits, averaged over examples and structures:
 * 1 − (2·Σ p·t + s) / (Σ p + Σ t + s) with p = σ(logits). (For soft targets it is not 0 at p = t; that is Dice's nature.)
 *
 * @param options.smooth s, which makes an empty mask predicted as empty cost 0. Default 1.
 */
export function diceLoss(options: { smooth?: number } = {}): Loss {
  const { smooth = 1 } = options;
  checkRange('diceLoss', 'smooth', smooth, 0);
  return (logits, target) =>
    tf.tidy(() => {
      const p = tf.sigmoid(logits);
      const over = (x: tf.Tensor) => tf.sum(x, [1, 2]);
      const dice = tf.div(
        tf.add(tf.mul(2, over(tf.mul(p, target))), smooth),
        tf.add(tf.add(over(p), over(target)), smooth),
      );
      return tf.mean(tf.sub(1, dice));
    });
}

/** Σ weight · loss. */
export function weightedSum(...terms: readonly (readonly [weight: number, loss: Loss])[]): Loss {
  return (logits, target) =>
    tf.tidy(() => tf.addN(terms.map(([weight, loss]) => tf.mul(weight, loss(logits, target)))) as tf.Scalar);
}
