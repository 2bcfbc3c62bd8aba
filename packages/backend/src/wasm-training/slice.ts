import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { copyRuns, placeOf } from './copy-runs.js';
import { kernel } from './kernel.js';

/** out[i, j, …] = x[begin[0] + i, begin[1] + j, …]: the stock kernel copies all of x first. */
export const slice = kernel<{ x: tf.Tensor }, { begin: number | number[]; size: number | number[] }>(
  tf.Slice,
  ({ inputs: { x }, attrs, backend }, stock) => {
    if (x.dtype === 'string') return stock({ x }, attrs);
    const [begin, size] = tf.slice_util.parseSliceParams(x, attrs.begin, attrs.size);
    return cut(backend, x, begin, size);
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
  if (tf.util.sizeFromShape(size) === 0) return out;
  const { heap, start: target } = placeOf(backend, out);
  const source = placeOf(backend, x).start;
  const steps = [...tf.util.computeStrides(x.shape), 1];
  const outSteps = [...tf.util.computeStrides(size), 1];
  // Axes behind the last one that is cut lie together in both tensors: they make up one run.
  let whole = size.length - 1;
  while (whole > 0 && size[whole] === x.shape[whole]) whole--;
  const visit = (axis: number, from: number, to: number) => {
    from += (begin[axis] ?? 0) * (steps[axis] ?? 0);
    if (axis >= whole - 1) {
      const inner = Math.max(0, whole);
      const start = axis < inner ? from + begin[inner]! * steps[inner]! : from;
      const length = (size[inner] ?? 1) * (outSteps[inner] ?? 1);
      const count = axis < inner ? size[axis]! : 1;
      copyRuns(heap, start, steps[axis]!, to, outSteps[axis]!, length, count);
      return;
    }
    for (let i = 0; i < size[axis]!; i++) visit(axis + 1, from + i * steps[axis]!, to + i * outSteps[axis]!);
  };
  visit(0, source, target);
  return out;
}
