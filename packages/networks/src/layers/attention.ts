import { check } from '@diff/checks';
import * as tf from '@tensorflow/tfjs-core';
import { blockwise } from './blockwise.js';
import { maskedSoftmax } from './masked-softmax.js';

export type BlockSize = number | 'auto' | 'plain';

export interface AttentionOptions {
  /** What the products of queries and keys are multiplied by. Default: 1 / √D. */
  scale?: number;
  /** [G, M], 1 where a key may be attended to and 0 where not. A query that may attend to nothing gets zeros. */
  mask?: tf.Tensor2D;
  /**
   * How many queries to take at a time. 'plain' takes all, and holds all G·N·M affinities, several times so in training.
   * 'auto' (the default) is plain up to 2²² affinities, and above that takes as many queries as make 2²² a block.
   */
  blockSize?: BlockSize;
}

/** Affinities that are cheap enough to hold: 16 MiB of them. */
const AFFORDABLE = 2 ** 22;

/**
 * Scaled dot-product attention, softmax(q kᵀ · scale) v, for G independent groups (image × head): q [G, N, D],
 * k [G, M, D], v [G, M, E] → [G, N, E]. Its memory grows with N + M and not with N · M where queries are taken in
 * blocks, whose affinities are computed once more for the gradient instead of being kept.
 *
 * Vaswani et al. 2017, "Attention is all you need", Eq. 1; recomputation as in Rabe & Staats 2021.
 * @throws RangeError where the shapes do not fit together, or `blockSize` is none of a positive integer, 'auto' and 'plain'.
 */
export function attention(
  q: tf.Tensor3D,
  k: tf.Tensor3D,
  v: tf.Tensor3D,
  { scale = 1 / Math.sqrt(q.shape[2]), mask, blockSize = 'auto' }: AttentionOptions = {},
): tf.Tensor3D {
  checkShapes(q, k, v, mask);
  const size = blockSize === 'auto' ? affordable(q, k) : blockSize;
  checkBlockSize('attention', blockSize);
  if (size === 'plain') return tf.tidy(() => tf.matMul(affinities(q, k, { scale, mask }), v));
  const allowed = mask ?? tf.ones([k.shape[0], k.shape[1]]);
  const result = blockwise(scale, size)(q, k, v, allowed) as tf.Tensor3D;
  if (!mask) allowed.dispose();
  return result;
}

/**
 * a = softmax(q kᵀ · scale), [G, N, M]: how much each of N queries attends to each of M keys (the paper's Eq. 7).
 * Every row sums to 1, or is 0 where the mask allows no key.
 */
export function affinities(
  q: tf.Tensor3D,
  k: tf.Tensor3D,
  { scale = 1 / Math.sqrt(q.shape[2]), mask }: Omit<AttentionOptions, 'blockSize'> = {},
): tf.Tensor3D {
  return tf.tidy(() => {
    const allowed = mask && tf.expandDims(mask, 1);
    return maskedSoftmax(tf.mul(tf.matMul(q, k, false, true), scale), allowed);
  });
}

function affordable(q: tf.Tensor3D, k: tf.Tensor3D): number | 'plain' {
  const [groups, queries] = q.shape;
  const keys = k.shape[1];
  return groups * queries * keys <= AFFORDABLE ? 'plain' : Math.max(1, Math.floor(AFFORDABLE / keys));
}

/** Throws a RangeError for a block size that is none of a positive integer, 'auto' and 'plain'. */
export function checkBlockSize(caller: string, blockSize: BlockSize): void {
  const isSize = Number.isSafeInteger(blockSize) && (blockSize as number) > 0;
  if (!isSize && blockSize !== 'auto' && blockSize !== 'plain')
    check(false, caller, 'blockSize', blockSize, "a positive integer, 'auto' or 'plain'");
}

function checkShapes(q: tf.Tensor3D, k: tf.Tensor3D, v: tf.Tensor3D, mask?: tf.Tensor2D): void {
  const [groups, , depth] = q.shape;
  const keys = k.shape[1];
  const received = `q [${q.shape}], k [${k.shape}], v [${v.shape}]${mask ? `, mask [${mask.shape}]` : ''}`;
  const fits =
    [q, k, v].every((x) => x.rank === 3 && x.shape[0] === groups) &&
    k.shape[2] === depth &&
    v.shape[1] === keys &&
    (!mask || (mask.rank === 2 && mask.shape[0] === groups && mask.shape[1] === keys));
  if (!fits)
    throw new RangeError(
      `attention: got ${received}, expected q [G, N, D], k [G, M, D], v [G, M, E], mask [G, M]`,
    );
}
