import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { copyRuns, placeOf } from '../../memory/copy-runs.js';
import { kernel } from '../kernel.js';

/** The tensors one after the other along `axis`. */
export const concat = kernel<tf.Tensor[], { axis: number }>(
  tf.Concat,
  ({ inputs, attrs, backend }, stock) => {
    const parts = inputs.filter(({ size }) => size > 0);
    if (parts.length < 2 || parts[0]!.dtype === 'string') return stock(inputs, attrs);
    const [axis] = tf.util.parseAxisParam(attrs.axis, parts[0]!.shape) as [number];
    const shapes = parts.map(({ shape }) => shape);
    tf.backend_util.assertParamsConsistent(shapes, axis);
    return join(backend, parts, axis, tf.backend_util.computeOutShape(shapes, axis));
  },
);

/** The tensors of one shape one after the other along a new axis. */
export const pack = kernel<tf.Tensor[], { axis: number }>(tf.Pack, ({ inputs, attrs, backend }, stock) => {
  const [{ shape, dtype, size }] = inputs as [tf.Tensor];
  if (inputs.length < 2 || dtype === 'string' || size === 0) return stock(inputs, attrs);
  for (const part of inputs) {
    tf.util.assertShapesMatch(shape, part.shape, 'All tensors passed to stack must have matching shapes');
    tf.util.assert(part.dtype === dtype, () => 'All tensors passed to stack must have matching dtypes');
  }
  const axis = attrs.axis < 0 ? attrs.axis + shape.length + 1 : attrs.axis;
  return join(backend, inputs, axis, [...shape.slice(0, axis), inputs.length, ...shape.slice(axis)]);
});

/** For each index of the axes before `axis`, the rest of each part in turn. */
function join(backend: BackendWasm, parts: tf.Tensor[], axis: number, shape: number[]): tf.TensorInfo {
  const out = backend.makeOutput(shape, parts[0]!.dtype);
  const { heap, start } = placeOf(backend, out);
  const count = tf.util.sizeFromShape(shape.slice(0, axis));
  const step = tf.util.sizeFromShape(shape) / count;
  let to = start;
  for (const part of parts) {
    const length = part.size / count;
    const from = placeOf(backend, part).start;
    copyRuns(backend, heap, { from, fromStep: length, to, toStep: step, length, count });
    to += length;
  }
  return out;
}
