import * as tf from '@tensorflow/tfjs-core';
import { kernel } from './kernel.js';
import { type PoolAttrs, poolInfo, windows } from './pool-geometry.js';

/** Each dy goes in equal parts to the inputs of its window; padding has no part, as it has none in the average. */
export const avgPoolGrad = kernel<{ dy: tf.Tensor4D; input: tf.Tensor4D }, PoolAttrs>(
  tf.AvgPoolGrad,
  ({ inputs: { dy, input }, attrs, backend }) => {
    const info = poolInfo(input.shape, attrs);
    const channels = info.inChannels;
    const out = backend.makeOutput(input.shape, 'float32');
    const gradient = backend.typedArrayFromHeap(dy);
    const result = backend.typedArrayFromHeap(out).fill(0);
    windows(info, (to, pixels, count) => {
      const part = 1 / count;
      for (let i = 0; i < count; i++) {
        const from = pixels[i]!;
        for (let c = 0; c < channels; c++) result[from + c]! += gradient[to + c]! * part;
      }
    });
    return out;
  },
);
