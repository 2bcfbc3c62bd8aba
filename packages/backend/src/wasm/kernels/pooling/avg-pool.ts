import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import type { Axes } from '../convolution/conv-geometry.js';
import { poolGradients, windowsOf } from './pool-geometry.js';

/** The gradients of avgPool and avgPool3d. */
export const [avgPoolGrad, avgPool3dGrad] = poolGradients(tf.AvgPoolGrad, tf.AvgPool3DGrad, gradient);

/** Each dy goes in equal parts to the inputs of its window; padding has no part, as it has none in the average. */
function gradient(backend: BackendWasm, dy: tf.Tensor, input: tf.Tensor, axes: Axes): tf.TensorInfo {
  const { starts, pixels } = windowsOf(axes);
  const [batch, channels] = [input.shape[0]!, input.shape.at(-1)!];
  const image = input.size / batch / channels;
  const out = backend.makeOutput(input.shape, 'float32');
  const terms = backend.typedArrayFromHeap(dy) as Float32Array;
  const result = (backend.typedArrayFromHeap(out) as Float32Array).fill(0);
  let from = 0;
  for (let b = 0; b < batch; b++) {
    for (let o = 0; o < starts.length - 1; o++, from += channels) {
      const part = 1 / (starts[o + 1]! - starts[o]!);
      for (let i = starts[o]!; i < starts[o + 1]!; i++) {
        const to = (b * image + pixels[i]!) * channels;
        for (let c = 0; c < channels; c++) result[to + c]! += terms[from + c]! * part;
      }
    }
  }
  return out;
}
