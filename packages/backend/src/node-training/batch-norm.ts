import * as tf from '@tensorflow/tfjs-core';
import { BATCH_NORM_GRAD } from '../wasm-training/batch-norm-gradient.js';
import { replaceKernel, type TensorFlowBackend } from './tensorflow.js';

type Inputs = Record<'x' | 'mean' | 'variance', tf.Tensor> & { scale?: tf.Tensor; offset?: tf.Tensor };

/**
 * Replaces batch normalisation of the TensorFlow engine, as x · factor + rest with one factor and rest a channel: its
 * operation for given moments takes as long as a convolution. And adds its gradient, a single operation.
 */
export function replaceBatchNorm(): void {
  replaceKernel(tf.FusedBatchNorm, (stock) => (call) => {
    const { x, mean, variance, scale, offset } = call.inputs as unknown as Inputs;
    if (mean.shape.length !== 1) return stock!(call);
    return tf.tidy(() => {
      const s = tf.rsqrt(tf.add(variance, call.attrs!.varianceEpsilon as number));
      const factor = scale ? tf.mul(s, scale) : s;
      const shift = tf.mul(mean, factor);
      return tf.add(tf.mul(x, factor), offset ? tf.sub(offset, shift) : tf.neg(shift));
    });
  });
  replaceKernel(BATCH_NORM_GRAD, () => ({ inputs, attrs, backend }) => {
    const { dy, x, scale, mean, variance } = inputs as Record<string, tf.TensorInfo>;
    const engine = backend as TensorFlowBackend;
    const { TF_ATTR_BOOL, TF_ATTR_FLOAT, TF_ATTR_STRING, TF_ATTR_TYPE, TF_FLOAT } = engine.binding;
    const attributes = [
      { name: 'T', type: TF_ATTR_TYPE, value: TF_FLOAT },
      { name: 'U', type: TF_ATTR_TYPE, value: TF_FLOAT },
      { name: 'epsilon', type: TF_ATTR_FLOAT, value: attrs!.varianceEpsilon },
      { name: 'data_format', type: TF_ATTR_STRING, value: 'NHWC' },
      { name: 'is_training', type: TF_ATTR_BOOL, value: false },
    ];
    // The last input and the last two outputs serve other modes than this.
    const given = [dy!, x!, scale!, mean!, variance!, variance!];
    const [dx, dScale, dOffset, ...unused] = engine.executeMultipleOutputs(
      'FusedBatchNormGradV3',
      attributes,
      given,
      5,
    );
    for (const { dataId } of unused) engine.disposeData(dataId);
    return [dx!, dScale!, dOffset!];
  });
}
