import * as tf from '@tensorflow/tfjs-core';
import { kernel } from './kernel.js';
import { type PoolAttrs, poolInfo, windowsOf } from './pool-geometry.js';

/** Each dy goes in equal parts to the inputs of its window; padding has no part, as it has none in the average. */
export const avgPoolGrad = kernel<{ dy: tf.Tensor4D; input: tf.Tensor4D }, PoolAttrs>(
  tf.AvgPoolGrad,
  ({ inputs: { dy, input }, attrs, backend }) => {
    const info = poolInfo(input.shape, attrs);
    const { starts, pixels } = windowsOf(info);
    const channels = info.inChannels;
    const image = info.inHeight * info.inWidth;
    const out = backend.makeOutput(input.shape, 'float32');
    const gradient = backend.typedArrayFromHeap(dy) as Float32Array;
    const result = (backend.typedArrayFromHeap(out) as Float32Array).fill(0);
    let from = 0;
    for (let b = 0; b < info.batchSize; b++) {
      for (let o = 0; o < starts.length - 1; o++, from += channels) {
        const part = 1 / (starts[o + 1]! - starts[o]!);
        for (let i = starts[o]!; i < starts[o + 1]!; i++) {
          const to = (b * image + pixels[i]!) * channels;
          for (let c = 0; c < channels; c++) result[to + c]! += gradient[from + c]! * part;
        }
      }
    }
    return out;
  },
);
