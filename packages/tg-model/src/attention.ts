import * as tf from '@tensorflow/tfjs-core';

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
const FORBIDDEN = 1e9;

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
    return softmax(tf.mul(tf.matMul(q, k, false, true), scale), allowed);
  });
}

/** The softmax over the last axis among what is `allowed`. */
function softmax<T extends tf.Tensor>(scores: T, allowed?: tf.Tensor): T {
  if (!allowed) return tf.softmax(scores);
  const penalty = tf.mul(tf.sub(allowed, 1), FORBIDDEN);
  return tf.mul(tf.softmax(tf.add(scores, penalty)), allowed) as T;
}

function affordable(q: tf.Tensor3D, k: tf.Tensor3D): number | 'plain' {
  const [groups, queries] = q.shape;
  const keys = k.shape[1];
  return groups * queries * keys <= AFFORDABLE ? 'plain' : Math.max(1, Math.floor(AFFORDABLE / keys));
}

/**
 * One group after the other and one block of queries after the other, in products of two matrices: batched products
 * are slow on wasm as it comes. The mask is an input so that it outlives the forward pass; its gradient is never
 * asked for.
 */
function blockwise(scale: number, blockSize: number) {
  return tf.customGrad((...args) => {
    const [q, k, v, mask, save] = args as [
      tf.Tensor3D,
      tf.Tensor3D,
      tf.Tensor3D,
      tf.Tensor2D,
      tf.GradSaveFunc,
    ];
    save([q, k, v, mask]);
    return {
      value: forward(q, k, v, mask, scale, blockSize),
      gradFunc: (dy, saved) => backward(dy as tf.Tensor3D, saved, scale, blockSize),
    };
  });
}

function forward(
  q: tf.Tensor3D,
  k: tf.Tensor3D,
  v: tf.Tensor3D,
  mask: tf.Tensor2D,
  scale: number,
  blockSize: number,
): tf.Tensor3D {
  const groups = range(q.shape[0]).map((g) =>
    tf.tidy(() => {
      const keys = tf.transpose(matrix(k, g));
      const values = matrix(v, g);
      const queries = tf.mul(matrix(q, g), scale);
      const allowed = tf.slice(mask, [g, 0], [1, -1]);
      const blocks = spans(q.shape[1], blockSize).map(([begin, size]) =>
        tf.tidy(() => {
          const scores = tf.matMul(tf.slice(queries, [begin, 0], [size, -1]), keys);
          return tf.matMul(softmax(scores, allowed), values);
        }),
      );
      return tf.concat(blocks, 0);
    }),
  );
  return tf.stack(groups) as tf.Tensor3D;
}

function backward(dy: tf.Tensor3D, saved: tf.Tensor[], scale: number, blockSize: number): tf.Tensor[] {
  const [q, k, v, mask] = saved as [tf.Tensor3D, tf.Tensor3D, tf.Tensor3D, tf.Tensor2D];
  const gradients = range(q.shape[0]).map((g) =>
    tf.tidy(() => {
      const keys = tf.mul(matrix(k, g), scale);
      const keysT = tf.transpose(keys);
      const valuesT = tf.transpose(matrix(v, g));
      const queries = matrix(q, g);
      const dOut = matrix(dy, g);
      const allowed = tf.slice(mask, [g, 0], [1, -1]);
      let dKeys: tf.Tensor = tf.zerosLike(keys);
      let dValues: tf.Tensor = tf.zeros([v.shape[1], v.shape[2]]);
      const dQueries = spans(q.shape[1], blockSize).map(([begin, size]) => {
        const [dQuery, ...sums] = tf.tidy(() => {
          const query = tf.slice(queries, [begin, 0], [size, -1]);
          const dBlock = tf.slice(dOut, [begin, 0], [size, -1]);
          const a = softmax(tf.matMul(query, keysT), allowed);
          const dA = tf.matMul(dBlock, valuesT);
          const dScores = tf.mul(a, tf.sub(dA, tf.sum(tf.mul(a, dA), 1, true)));
          return [
            tf.matMul(dScores, keys),
            tf.add(dKeys, tf.matMul(dScores, query, true)),
            tf.add(dValues, tf.matMul(a, dBlock, true)),
          ] as const;
        }) as unknown as [tf.Tensor2D, tf.Tensor, tf.Tensor];
        tf.dispose([dKeys, dValues]);
        [dKeys, dValues] = sums;
        return dQuery;
      });
      return [tf.concat(dQueries, 0), tf.mul(dKeys, scale), dValues];
    }),
  );
  const stacked = [0, 1, 2].map((i) => tf.stack(gradients.map((parts) => parts[i]!)));
  return [...stacked, tf.zerosLike(mask)];
}

function matrix(x: tf.Tensor3D, group: number): tf.Tensor2D {
  const [, rows, columns] = x.shape;
  return tf.reshape(tf.slice(x, [group, 0, 0], [1, rows, columns]), [rows, columns]);
}

function range(length: number): number[] {
  return Array.from({ length }, (_, i) => i);
}

/** [begin, size] of consecutive blocks that cover `length`. */
function spans(length: number, size: number): [number, number][] {
  return range(Math.ceil(length / size)).map((i) => [i * size, Math.min(size, length - i * size)]);
}

export function checkBlockSize(caller: string, blockSize: BlockSize): void {
  if (blockSize !== 'auto' && blockSize !== 'plain' && !(Number.isInteger(blockSize) && blockSize > 0))
    throw new RangeError(
      `${caller}: blockSize is ${blockSize}, expected a positive integer, 'auto' or 'plain'`,
    );
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
