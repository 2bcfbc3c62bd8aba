import * as tf from '@tensorflow/tfjs-core';
import { copyRuns, placeOf } from '../../memory/copy-runs.js';
import { kernel } from '../kernel.js';

/** x with the order along some axes turned round. */
export const reverse = kernel<{ x: tf.Tensor }, { dims: number | number[] }>(
  tf.Reverse,
  ({ inputs: { x }, attrs, backend }, stock) => {
    if (x.dtype === 'string' || x.size === 0) return stock({ x }, attrs);
    const axes = tf.util.parseAxisParam(attrs.dims, x.shape);
    const out = backend.makeOutput(x.shape, x.dtype);
    const { heap, start } = placeOf(backend, out);
    const last = Math.max(-1, ...axes);
    const run = tf.util.sizeFromShape(x.shape.slice(last + 1));
    const visit = (axis: number, from: number, to: number, size: number) => {
      if (axis > last) return;
      const count = x.shape[axis]!;
      const step = size / count;
      const turned = axes.includes(axis);
      const first = turned ? from + (count - 1) * step : from;
      const by = turned ? -step : step;
      if (axis === last)
        return copyRuns(backend, heap, {
          from: first,
          fromStep: by,
          to,
          toStep: run,
          length: run,
          count,
        });
      for (let i = 0; i < count; i++) visit(axis + 1, first + i * by, to + i * step, step);
    };
    const source = placeOf(backend, x).start;
    if (last < 0) heap.copyWithin(start, source, source + x.size);
    else visit(0, source, start, x.size);
    return out;
  },
);
