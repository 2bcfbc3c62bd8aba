import type { Rank, Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import type { CaseBatch } from '../case-batch.js';

/**
 * Weights from logits: the softmax over the raters who outlined the structure, so that they sum to 1 and a missing rater
 * has 0.
 *
 * @param logits [B or 1, H · W or 1, structures or 1, raters]
 * @returns [B, H · W or 1, structures, raters]
 */
export function sharedWeights(logits: Tensor4D, { present }: Pick<CaseBatch, 'present'>): Tensor4D {
  return tf.tidy(() => tf.softmax(tf.add<Tensor4D>(logits, tf.mul(tf.sub(present, 1), 1e9))));
}

/**
 * The fused label, Σᵢ weightᵢ · maskᵢ, with the gradient of both steps together, weightᵢ · (maskᵢ − label), summed over
 * what shares a logit.
 *
 * @param logits [B or 1, H · W or 1, structures or 1, raters]
 * @returns [B, H, W, structures]
 */
export function fuseShared(logits: Tensor4D, batch: CaseBatch): Tensor4D {
  const { size, height, width, structures, annotations } = batch;
  const fused = tf.customGrad((x, save) => {
    const weights = sharedWeights(x as Tensor4D, batch);
    const value = tf.sum(tf.mul(annotations, weights), -1); // BNS
    (save as (tensors: Tensor[]) => void)([weights, value]);
    const shared = [0, 1, 2].filter((axis) => (x as Tensor).shape[axis] === 1);
    return {
      value,
      gradFunc: (dy, saved) => {
        const [weights, label] = saved as [Tensor4D, Tensor];
        const pull = tf.mul(tf.sub(annotations, tf.expandDims(label, -1)), tf.expandDims(dy, -1));
        const each = tf.mul(pull, weights); // BNSR
        return shared.length ? tf.sum(each, shared, true) : each;
      },
    };
  })(logits);
  return tf.reshape<Rank.R4>(fused, [size, height, width, structures.length]);
}

/** The share of the present raters who are inside, [B, H · W, structures, 1]. */
export function meanVote({ annotations, present }: CaseBatch): Tensor4D {
  return tf.tidy(() => tf.div<Tensor4D>(tf.sum(annotations, -1, true), tf.sum(present, -1, true)));
}
