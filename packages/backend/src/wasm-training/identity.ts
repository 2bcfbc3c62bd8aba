import * as tf from '@tensorflow/tfjs-core';
import { kernel } from './kernel.js';

/** The same data under another tensor: the engine clones whatever it saves for the backward pass. */
export const identity = kernel<{ x: tf.Tensor }>(tf.Identity, ({ inputs: { x }, backend }, stock) => {
  if (x.dtype === 'string') return stock({ x });
  backend.incRef(x.dataId);
  return { dataId: x.dataId, shape: x.shape, dtype: x.dtype };
});
