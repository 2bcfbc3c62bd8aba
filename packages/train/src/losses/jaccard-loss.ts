import { checkNumber, checkOptions } from '@diff/checks';
import * as tf from '@tensorflow/tfjs-core';
import { checkSameShape, type Loss } from './loss.js';

/**
 * Jaccard distance of [B, H, W, S] logits, averaged over examples and structures:
 * 1 − (Σ p·t + s) / (Σ p² + Σ t² − Σ p·t + s) with p = σ(logits). It is 0 at p = t, for soft targets too.
 *
 * Yuan, Chao & Lo 2017, "Automatic skin lesion segmentation using deep fully convolutional networks with Jaccard distance".
 *
 * @param options.smooth s, which makes an empty mask predicted as empty cost 0; the paper has none. Default: 1.
 */
export function jaccardLoss(options: { smooth?: number } = {}): Loss {
  checkOptions('jaccardLoss', options, ['smooth']);
  const { smooth = 1 } = options;
  checkNumber('jaccardLoss', 'smooth', smooth, 0);
  return (logits, target) =>
    tf.tidy(() => {
      checkSameShape('jaccardLoss', logits, target);
      const p = tf.sigmoid(logits);
      const over = (x: tf.Tensor) => tf.sum(x, [1, 2]);
      const shared = tf.add(over(tf.mul(p, target)), smooth);
      const all = tf.sub(tf.add(over(tf.square(p)), over(tf.square(target))), shared);
      return tf.mean(tf.sub(1, tf.div(shared, tf.add(all, 2 * smooth))));
    });
}
