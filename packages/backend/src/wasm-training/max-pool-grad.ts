import * as tf from '@tensorflow/tfjs-core';
import { kernel } from './kernel.js';
import { type PoolAttrs, poolInfo, windows } from './pool-geometry.js';

/** Each dy goes to the largest input of its window; of equal ones to the first. */
export const maxPoolGrad = kernel<{ dy: tf.Tensor4D; input: tf.Tensor4D }, PoolAttrs>(
  tf.MaxPoolGrad,
  ({ inputs: { dy, input }, attrs, backend }) => {
    const info = poolInfo(input.shape, attrs);
    const channels = info.inChannels;
    const out = backend.makeOutput(input.shape, 'float32');
    const values = backend.typedArrayFromHeap(input);
    const gradient = backend.typedArrayFromHeap(dy);
    const result = backend.typedArrayFromHeap(out).fill(0);
    windows(info, (to, pixels, count) => {
      for (let c = 0; c < channels; c++) {
        let largest = pixels[0]! + c;
        for (let i = 1; i < count; i++) {
          const candidate = pixels[i]! + c;
          if (values[candidate]! > values[largest]!) largest = candidate;
        }
        result[largest]! += gradient[to + c]!;
      }
    });
    return out;
  },
);
