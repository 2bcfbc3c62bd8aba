import * as tf from '@tensorflow/tfjs-core';
import { kernel } from '../kernel.js';

type Inputs = { x: tf.Tensor; mean: tf.Tensor; variance: tf.Tensor; offset?: tf.Tensor; scale?: tf.Tensor };

/** (x − mean) · scale / √(variance + ε) + offset, for one mean, variance, scale and offset per channel: x · factor + rest. */
export const fusedBatchNorm = kernel<Inputs, { varianceEpsilon: number }>(
  tf.FusedBatchNorm,
  ({ inputs, attrs, backend }, stock) => {
    const { x, mean, variance, offset, scale } = inputs;
    // The stock kernel takes the statistics to lie along the last axes.
    if (mean.rank !== 1 && mean.size !== x.size) return tf.tidy(() => broadcastNorm(inputs, attrs));
    if (mean.rank !== 1) return stock(inputs, attrs);
    const channels = mean.size;
    const values = (t?: tf.Tensor) => t && backend.typedArrayFromHeap(t);
    const factor = new Float32Array(channels);
    const rest = new Float32Array(channels);
    const [m, v, o, s] = [values(mean)!, values(variance)!, values(offset), values(scale)];
    for (let c = 0; c < channels; c++) {
      factor[c] = (s?.[c] ?? 1) / Math.sqrt(v[c]! + attrs.varianceEpsilon);
      rest[c] = (o?.[c] ?? 0) - m[c]! * factor[c]!;
    }
    return tf.tidy(() => tf.add(tf.mul(x, factor), rest));
  },
);

function broadcastNorm(
  { x, mean, variance, offset, scale }: Inputs,
  attrs: { varianceEpsilon: number },
): tf.Tensor {
  const s = tf.rsqrt(tf.add(variance, attrs.varianceEpsilon));
  const normed = tf.mul(tf.sub(x, mean), scale ? tf.mul(s, scale) : s);
  return offset ? tf.add(normed, offset) : normed;
}
