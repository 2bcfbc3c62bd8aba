import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { copyBlock } from '../../memory/copy-block.js';
import { kernel } from '../kernel.js';

/** out[i, j, …] = x[begin[0] + i, begin[1] + j, …]: the stock kernel copies all of x first. */
export const slice = kernel<{ x: tf.Tensor }, { begin: number | number[]; size: number | number[] }>(
  tf.Slice,
  ({ inputs: { x }, attrs, backend }, stock) => {
    if (x.dtype === 'string') return stock({ x }, attrs);
    const [begin, size] = tf.slice_util.parseSliceParams(x, attrs.begin, attrs.size);
    return cut(backend, x, begin, size);
  },
);

/** The slices of one along an axis, without it: the stock kernel walks number by number where there are five axes or more. */
export const unpack = kernel<{ value: tf.Tensor }, { axis: number }>(
  tf.Unpack,
  ({ inputs: { value }, attrs, backend }, stock) => {
    if (value.dtype === 'string') return stock({ value }, attrs);
    const [axis] = tf.util.parseAxisParam(attrs.axis, value.shape) as [number];
    const shape = value.shape.filter((_, i) => i !== axis);
    return Array.from({ length: value.shape[axis]! }, (_, at) => {
      const begin = value.shape.map((_, i) => (i === axis ? at : 0));
      const size = value.shape.map((length, i) => (i === axis ? 1 : length));
      return { ...cut(backend, value, begin, size), shape };
    });
  },
);

/** The parts of x along one axis. */
export const splitV = kernel<{ x: tf.Tensor }, { numOrSizeSplits: number | number[]; axis: number }>(
  tf.SplitV,
  ({ inputs: { x }, attrs, backend }, stock) => {
    if (x.dtype === 'string') return stock({ x }, attrs);
    const [axis] = tf.util.parseAxisParam(attrs.axis, x.shape) as [number];
    const begin = x.shape.map(() => 0);
    return tf.backend_util.prepareSplitSize(x, attrs.numOrSizeSplits, axis).map((length) => {
      const size = x.shape.slice();
      size[axis] = length;
      const part = cut(backend, x, begin, size);
      begin[axis]! += length;
      return part;
    });
  },
);

function cut(backend: BackendWasm, x: tf.TensorInfo, begin: number[], size: number[]): tf.TensorInfo {
  const out = backend.makeOutput(size, x.dtype);
  copyBlock(backend, { of: x, begin }, { of: out, begin: size.map(() => 0) }, size);
  return out;
}
