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
    const out = backend.makeOutput(tf.backend_util.computeOutShape(shapes, axis), parts[0]!.dtype);
    const { heap, start } = placeOf(backend, out);
    const count = tf.util.sizeFromShape(out.shape.slice(0, axis));
    const step = tf.util.sizeFromShape(out.shape) / count;
    let to = start;
    for (const part of parts) {
      const length = part.size / count;
      const from = placeOf(backend, part).start;
      copyRuns(backend, heap, { from, fromStep: length, to, toStep: step, length, count });
      to += length;
    }
    return out;
  },
);
