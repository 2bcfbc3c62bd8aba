import type { Rank, Tensor4D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import type { CaseBatch } from '../case-batch.js';

/**
 * Weights from logits: the softmax over the raters who outlined the structure, so that they sum to 1 and a missing rater
 * has 0.
 *
 * @param logits [B or 1, H · W or 1, structures or 1, raters]
 * @returns [B, H · W or 1, structures, raters]
 */
export function sharedWeights(logits: Tensor4D, { present }: CaseBatch): Tensor4D {
  return tf.tidy(() => tf.softmax(tf.add<Tensor4D>(logits, tf.mul(tf.sub(present, 1), 1e9))));
}

/**
 * The fused label, Σᵢ weightᵢ · maskᵢ.
 *
 * @returns [B, H, W, structures]
 */
export function fuseShared(weights: Tensor4D, batch: CaseBatch): Tensor4D {
  return tf.tidy(() => {
    const fused = tf.sum(tf.mul(batch.annotations, weights), -1);
    return tf.reshape<Rank.R4>(fused, [batch.size, batch.height, batch.width, batch.structures.length]);
  });
}

/** The share of the present raters who are inside, [B, H · W, structures, 1]. */
export function meanVote({ annotations, present }: CaseBatch): Tensor4D {
  return tf.tidy(() => tf.div<Tensor4D>(tf.sum(annotations, -1, true), tf.sum(present, -1, true)));
}
