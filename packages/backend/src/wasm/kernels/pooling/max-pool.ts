import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import type { Axes } from '../convolution/conv-geometry.js';
import { kernel } from '../kernel.js';
import { type Pool3DAttrs, pool3dAxes, poolGradients, windowsOf } from './pool-geometry.js';

/**
 * The gradients of maxPool and maxPool3d: each dy goes to the largest input of its window, of equal ones to the first. Where all of a
 * window is negative the stock kernels of maxPool3d take the largest to be 0.
 */
export const [maxPoolGrad, maxPool3dGrad] = poolGradients(tf.MaxPoolGrad, tf.MaxPool3DGrad, gradient);

/** The largest of each window of a volume. */
export const maxPool3d = kernel<{ x: tf.Tensor5D }, Pool3DAttrs>(
  tf.MaxPool3D,
  ({ inputs: { x }, attrs, backend }) => {
    const axes = pool3dAxes(x.shape, attrs);
    const [batch, , , , channels] = x.shape;
    const out = backend.makeOutput([batch, ...axes.map(({ output }) => output), channels], 'float32');
    const values = backend.typedArrayFromHeap(x);
    const result = backend.typedArrayFromHeap(out);
    const largest = placesOfLargest(values as Float32Array, batch, channels, axes);
    for (let o = 0; o < largest.length; o++) result[o] = values[largest[o]!]!;
    return out;
  },
);

function gradient(backend: BackendWasm, dy: tf.Tensor, input: tf.Tensor, axes: Axes): tf.TensorInfo {
  const out = backend.makeOutput(input.shape, 'float32');
  const values = backend.typedArrayFromHeap(input) as Float32Array;
  const from = backend.typedArrayFromHeap(dy);
  const result = backend.typedArrayFromHeap(out).fill(0);
  const largest = placesOfLargest(values, input.shape[0]!, input.shape.at(-1)!, axes);
  for (let o = 0; o < largest.length; o++) result[largest[o]!]! += from[o]!;
  return out;
}

/** Where the largest value of each window is, for each channel by itself. */
function placesOfLargest(values: Float32Array, batch: number, channels: number, axes: Axes): Int32Array {
  const { starts, pixels } = windowsOf(axes);
  const image = values.length / batch / channels;
  const places = new Int32Array(batch * (starts.length - 1) * channels);
  let to = 0;
  for (let b = 0; b < batch; b++) {
    for (let o = 0; o < starts.length - 1; o++, to += channels) {
      const last = starts[o + 1]!;
      let at = (b * image + pixels[starts[o]!]!) * channels;
      for (let c = 0; c < channels; c++) places[to + c] = at + c;
      for (let i = starts[o]! + 1; i < last; i++) {
        at = (b * image + pixels[i]!) * channels;
        for (let c = 0; c < channels; c++) {
          const place = places[to + c]!;
          // All ones or all zeros, with which one is chosen without a branch that no processor can foresee.
          const larger = -(values[at + c]! > values[place]!);
          places[to + c] = place ^ ((place ^ (at + c)) & larger);
        }
      }
    }
  }
  return places;
}
