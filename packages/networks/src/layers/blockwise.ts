import * as tf from '@tensorflow/tfjs-core';
import { maskedSoftmax } from './masked-softmax.js';

/**
 * One group after the other and one block of queries after the other, in products of two matrices: batched products
 * are slow on wasm as it comes. The mask is an input so that it outlives the forward pass; its gradient is never
 * asked for.
 */
export function blockwise(scale: number, blockSize: number) {
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
          return tf.matMul(maskedSoftmax(scores, allowed), values);
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
          const a = maskedSoftmax(tf.matMul(query, keysT), allowed);
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
