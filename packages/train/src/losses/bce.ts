import { checkNumber, checkOptions } from '@diff/checks';
import * as tf from '@tensorflow/tfjs-core';
import { checkSameShape, type Loss } from './loss.js';

/**
 * Binary cross-entropy on logits, averaged: −[w·t·log σ(x) + (1 − t)·log(1 − σ(x))], computed as
 * (1 − t)·x + (1 + (w − 1)·t)·(log(1 + e^−|x|) + max(−x, 0)), which does not overflow.
 *
 * @param options.positiveWeight w, above 1 where positives are rare. Default: 1; the paper's released code has 2.
 */
export function bce(options: { positiveWeight?: number } = {}): Loss {
  checkOptions('bce', options, ['positiveWeight']);
  const { positiveWeight = 1 } = options;
  checkNumber('bce', 'positiveWeight', positiveWeight, 0);
  return (logits, target) =>
    tf.tidy(() => {
      checkSameShape('bce', logits, target);
      const softplusOfMinus = tf.add(tf.log1p(tf.exp(tf.neg(tf.abs(logits)))), tf.relu(tf.neg(logits)));
      const weighted =
        positiveWeight === 1
          ? softplusOfMinus
          : tf.mul(softplusOfMinus, tf.add(1, tf.mul(target, positiveWeight - 1)));
      return tf.mean(tf.add(tf.mul(tf.sub(1, target), logits), weighted));
    });
}
