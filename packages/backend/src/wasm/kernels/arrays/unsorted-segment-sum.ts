import * as tf from '@tensorflow/tfjs-core';
import { kernel } from '../kernel.js';

/** out[s] = Σ_{i: segmentIds[i] = s} x[i]; an id outside [0, numSegments) drops its rows. */
export const unsortedSegmentSum = kernel<{ x: tf.Tensor; segmentIds: tf.Tensor1D }, { numSegments: number }>(
  tf.UnsortedSegmentSum,
  ({ inputs: { x, segmentIds }, attrs: { numSegments }, backend }) => {
    const inner = x.shape.slice(segmentIds.rank);
    const width = tf.util.sizeFromShape(inner);
    const out = backend.makeOutput([numSegments, ...inner], x.dtype);
    const values = backend.typedArrayFromHeap(x);
    const ids = backend.typedArrayFromHeap(segmentIds);
    const sums = backend.typedArrayFromHeap(out).fill(0);
    for (let i = 0; i < ids.length; i++) {
      const id = ids[i]!;
      if (id < 0 || id >= numSegments) continue;
      for (let j = 0; j < width; j++) sums[id * width + j]! += values[i * width + j]!;
    }
    return out;
  },
);
