import * as tf from '@tensorflow/tfjs-core';
import { copyBlock } from '../../memory/copy-block.js';
import { kernel } from '../kernel.js';

/** x with a constant around it: the stock kernel goes number by number. */
export const padV2 = kernel<{ x: tf.Tensor }, { paddings: [number, number][]; constantValue: number }>(
  tf.PadV2,
  ({ inputs: { x }, attrs, backend }, stock) => {
    if (x.dtype === 'string') return stock({ x }, attrs);
    const before = attrs.paddings.map(([count]) => count);
    const shape = x.shape.map((length, axis) => length + before[axis]! + attrs.paddings[axis]![1]);
    const out = backend.makeOutput(shape, x.dtype);
    backend.typedArrayFromHeap(out).fill(attrs.constantValue);
    copyBlock(backend, { of: x, begin: x.shape.map(() => 0) }, { of: out, begin: before }, x.shape);
    return out;
  },
);
