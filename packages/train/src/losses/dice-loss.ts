import { checkNumber, checkOptions } from '@diff/checks';
import * as tf from '@tensorflow/tfjs-core';
import { checkSameShape, type Loss } from './loss.js';

/**
 * Soft Dice loss of [B, H, W, S] logits, averaged over examples and structures:
 * 1 − (2·Σ p·t + s) / (Σ p + Σ t + s) with p = σ(logits). (For soft targets it is not 0 at p = t; that is Dice's nature.)
 *
 * @param options.smooth s, which makes an empty mask predicted as empty cost 0. Default: 1.
 */
export function diceLoss(options: { smooth?: number } = {}): Loss {
  checkOptions('diceLoss', options, ['smooth']);
  const { smooth = 1 } = options;
  checkNumber('diceLoss', 'smooth', smooth, 0);
  return (logits, target) =>
    tf.tidy(() => {
      checkSameShape('diceLoss', logits, target);
      const p = tf.sigmoid(logits);
      const over = (x: tf.Tensor) => tf.sum(x, [1, 2]);
      const dice = tf.div(
        tf.add(tf.mul(2, over(tf.mul(p, target))), smooth),
        tf.add(tf.add(over(p), over(target)), smooth),
      );
      return tf.mean(tf.sub(1, dice));
    });
}
