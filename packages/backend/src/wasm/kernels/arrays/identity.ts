import * as tf from '@tensorflow/tfjs-core';
import { kernel } from '../kernel.js';

/** The same data under another tensor: the engine clones whatever it saves for the backward pass. */
export const identity = kernel<{ x: tf.Tensor }>(tf.Identity, ({ inputs: { x }, backend }, stock) => {
  if (x.dtype === 'string') return stock({ x });
  backend.incRef(x.dataId);
  return { dataId: x.dataId, shape: x.shape, dtype: x.dtype };
});

/** The same data where the type stays the same. */
export const cast = kernel<{ x: tf.Tensor }, { dtype: tf.DataType }>(
  tf.Cast,
  ({ inputs: { x }, attrs, backend }, stock) => {
    if (x.dtype !== attrs.dtype || x.dtype === 'string') return stock({ x }, attrs);
    backend.incRef(x.dataId);
    return { dataId: x.dataId, shape: x.shape, dtype: x.dtype };
  },
);
