import * as tf from '@tensorflow/tfjs-core';
import { BATCH_NORM_GRAD } from '../../training/batch-norm-gradient.js';
import { BATCH_NORM_TRAINING, BATCH_NORM_TRAINING_GRAD } from '../../training/batch-norm-layer.js';
import { replaceKernel, type TensorFlowBackend } from './tensorflow.js';

type Inputs = Record<'x' | 'mean' | 'variance', tf.Tensor> & { scale?: tf.Tensor; offset?: tf.Tensor };

/**
 * Replaces batch normalisation of the TensorFlow engine, as x · factor + rest with one factor and rest per channel: its
 * operation for given moments takes as long as a convolution. And adds its gradient, the normalisation by a batch's own
 * moments and the gradient of that, each a single operation.
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
    // The last input serves other modes than this.
    return gradients(backend as TensorFlowBackend, attrs!, false, [
      dy!,
      x!,
      scale!,
      mean!,
      variance!,
      variance!,
    ]);
  });
  replaceKernel(BATCH_NORM_TRAINING, () => ({ inputs, attrs, backend }) => {
    const { x, scale, offset } = inputs as Record<string, tf.Tensor>;
    const engine = backend as TensorFlowBackend;
    const none = tf.tensor1d([], 'float32');
    const attributes = settings(engine, attrs!, true);
    const given = [x!, scale!, offset!, none, none];
    const [y, mean, unbiased, ...saved] = engine.executeMultipleOutputs(
      'FusedBatchNormV3',
      attributes,
      given,
      6,
    );
    none.dispose();
    const pixels = x!.size / scale!.size;
    const variance = tf.tidy(() => tf.mul(unbiased!, (pixels - 1) / pixels));
    unbiased!.dispose();
    return [y!, mean!, variance, ...saved];
  });
  // TensorFlow's own gradient takes what its operation saved, in place of the mean and the variance.
  replaceKernel(BATCH_NORM_TRAINING_GRAD, () => ({ inputs, attrs, backend }) => {
    const { dy, x, scale, rest0, rest1, rest2 } = inputs as Record<string, tf.TensorInfo>;
    return gradients(backend as TensorFlowBackend, attrs!, true, [dy!, x!, scale!, rest0!, rest1!, rest2!]);
  });
}

function gradients(
  engine: TensorFlowBackend,
  attrs: tf.NamedAttrMap,
  training: boolean,
  given: tf.TensorInfo[],
): tf.TensorInfo[] {
  const attributes = settings(engine, attrs, training);
  const [dx, dScale, dOffset, ...unused] = engine.executeMultipleOutputs(
    'FusedBatchNormGradV3',
    attributes,
    given,
    5,
  );
  tf.dispose(unused);
  return [dx!, dScale!, dOffset!];
}

function settings({ binding }: TensorFlowBackend, attrs: tf.NamedAttrMap, training: boolean): object[] {
  return [
    { name: 'T', type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT },
    { name: 'U', type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT },
    { name: 'epsilon', type: binding.TF_ATTR_FLOAT, value: attrs.varianceEpsilon },
    { name: 'data_format', type: binding.TF_ATTR_STRING, value: 'NHWC' },
    { name: 'is_training', type: binding.TF_ATTR_BOOL, value: training },
  ];
}
