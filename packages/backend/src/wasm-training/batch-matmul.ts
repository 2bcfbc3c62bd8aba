import * as tf from '@tensorflow/tfjs-core';
import { kernel } from './kernel.js';

interface Attrs {
  transposeA: boolean;
  transposeB: boolean;
}

/**
 * out[…, i, j] = Σ_k a[…, i, k] · b[…, k, j], batch dimensions broadcast. The stock kernel is fast for two plain
 * matrices alone: so transpose first, and multiply one pair of matrices after the other.
 */
export const batchMatMul = kernel<{ a: tf.Tensor; b: tf.Tensor }, Attrs>(tf.BatchMatMul, ({ inputs, attrs }, stock) => {
  const multiply = (a: tf.Tensor, b: tf.Tensor): tf.Tensor =>
    tf.engine().makeTensorFromTensorInfo(stock({ a, b }, { transposeA: false, transposeB: false }));
  return tf.tidy(() => {
    const a = attrs.transposeA ? swapLastTwo(inputs.a) : inputs.a;
    const b = attrs.transposeB ? swapLastTwo(inputs.b) : inputs.b;
    if (a.rank === 2 && b.rank === 2) return multiply(a, b);
    const batch = tf.broadcast_util.assertAndGetBroadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2));
    const as = matrices(a, batch);
    const bs = matrices(b, batch);
    const [rows, columns] = [a.shape.at(-2)!, b.shape.at(-1)!];
    return tf.reshape(tf.stack(as.map((matrix, i) => multiply(matrix, bs[i]!))), [...batch, rows, columns]);
  });
});

function swapLastTwo(x: tf.Tensor): tf.Tensor {
  const axes = x.shape.map((_, axis) => axis);
  return tf.transpose(x, [...axes.slice(0, -2), x.rank - 1, x.rank - 2]);
}

function matrices(x: tf.Tensor, batch: number[]): tf.Tensor[] {
  return tf.unstack(
    tf.reshape(tf.broadcastTo(x, [...batch, ...x.shape.slice(-2)]), [-1, ...x.shape.slice(-2)]),
  );
}
