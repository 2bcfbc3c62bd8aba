import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import type { Axes } from '../convolution/conv-geometry.js';
import { kernel } from '../kernel.js';
import { type Pool3DAttrs, type PoolAttrs, pool3dAxes, poolAxes, windowsOf } from './pool-geometry.js';

type GradInputs<T extends tf.Tensor> = { dy: T; input: T };

/** The gradient of avgPool. */
export const avgPoolGrad = kernel<GradInputs<tf.Tensor4D>, PoolAttrs>(
  tf.AvgPoolGrad,
  ({ inputs: { dy, input }, attrs, backend }) => gradient(backend, dy, input, poolAxes(input.shape, attrs)),
);

/** The gradient of avgPool3d. */
export const avgPool3dGrad = kernel<GradInputs<tf.Tensor5D>, Pool3DAttrs>(
  tf.AvgPool3DGrad,
  ({ inputs: { dy, input }, attrs, backend }) => gradient(backend, dy, input, pool3dAxes(input.shape, attrs)),
);

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
