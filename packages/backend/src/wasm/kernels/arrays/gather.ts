import * as tf from '@tensorflow/tfjs-core';
import { copyRuns, placeOf } from '../../memory/copy-runs.js';
import { kernel } from '../kernel.js';

/** The slices of x along `axis` at the indices, for each of the first `batchDims` axes by itself. */
export const gatherV2 = kernel<{ x: tf.Tensor; indices: tf.Tensor }, { axis: number; batchDims: number }>(
  tf.GatherV2,
  ({ inputs: { x, indices }, attrs, backend }, stock) => {
    if (x.dtype === 'string' || x.size === 0) return stock({ x, indices }, attrs);
    const [axis] = tf.util.parseAxisParam(attrs.axis, x.shape) as [number];
    const info = tf.backend_util.segment_util.collectGatherOpShapeInfo(x, indices, axis, attrs.batchDims);
    const { batchSize, outerSize, dimSize, sliceSize } = info;
    const out = backend.makeOutput(info.outputShape, x.dtype);
    const { heap, start } = placeOf(backend, out);
    const source = placeOf(backend, x).start;
    const at = backend.typedArrayFromHeap(indices);
    const count = indices.size / batchSize;
    let to = start;
    for (let outer = 0; outer < batchSize * outerSize; outer++) {
      const first = Math.floor(outer / outerSize) * count;
      for (let i = first; i < first + count; i++, to += sliceSize) {
        const index = at[i]!;
        if (!(index >= 0 && index < dimSize)) {
          throw new RangeError(`gather: indices[${i}] is ${index}, expected a number in [0, ${dimSize})`);
        }
        const from = source + (outer * dimSize + index) * sliceSize;
        copyRuns(backend, heap, { from, fromStep: 0, to, toStep: 0, length: sliceSize, count: 1 });
      }
    }
    return out;
  },
);
