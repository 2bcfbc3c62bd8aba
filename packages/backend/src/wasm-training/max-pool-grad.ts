import * as tf from '@tensorflow/tfjs-core';
import { kernel } from './kernel.js';
import { type PoolAttrs, poolInfo, windowsOf } from './pool-geometry.js';

/** Each dy goes to the largest input of its window; of equal ones to the first. */
export const maxPoolGrad = kernel<{ dy: tf.Tensor4D; input: tf.Tensor4D }, PoolAttrs>(
  tf.MaxPoolGrad,
  ({ inputs: { dy, input }, attrs, backend }) => {
    const info = poolInfo(input.shape, attrs);
    const { starts, pixels } = windowsOf(info);
    const channels = info.inChannels;
    const image = info.inHeight * info.inWidth;
    const out = backend.makeOutput(input.shape, 'float32');
    const values = backend.typedArrayFromHeap(input) as Float32Array;
    const gradient = backend.typedArrayFromHeap(dy) as Float32Array;
    const result = (backend.typedArrayFromHeap(out) as Float32Array).fill(0);
    let from = 0;
    for (let b = 0; b < info.batchSize; b++) {
      for (let o = 0; o < starts.length - 1; o++) {
        const [first, last] = [starts[o]!, starts[o + 1]!];
        if (first === last) {
          from += channels;
          continue;
        }
        for (let c = 0; c < channels; c++) {
          let largest = (b * image + pixels[first]!) * channels + c;
          let value = values[largest]!;
          for (let i = first + 1; i < last; i++) {
            const at = (b * image + pixels[i]!) * channels + c;
            if (values[at]! > value) {
              value = values[at]!;
              largest = at;
            }
          }
          result[largest]! += gradient[from++]!;
        }
      }
    }
    return out;
  },
);
