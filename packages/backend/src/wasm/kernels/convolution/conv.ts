import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { kernel } from '../kernel.js';
import { type Axes, type Conv3DAttrs, type ConvAttrs, conv3dAxes, convAxes } from './conv-geometry.js';
import { convolve } from './convolve.js';
import { stockServes } from './threads.js';

type Inputs = { x: tf.Tensor4D; filter: tf.Tensor4D; bias?: tf.Tensor };
type FusedInputs = Inputs & { preluActivationWeights?: tf.Tensor };
type FusedAttrs = ConvAttrs & { activation: string; leakyreluAlpha?: number };

/** The convolution of images. */
export const conv2d = kernel<Inputs, ConvAttrs>(tf.Conv2D, ({ inputs, attrs, backend }, stock) => {
  const axes = convAxes('conv2d', inputs.x.shape, inputs.filter.shape, attrs);
  return stockServes(attrs, axes) ? stock(inputs, attrs) : convolveImages(backend, inputs, axes);
});

/** The same with a bias and an activation. */
export const fusedConv2d = kernel<FusedInputs, FusedAttrs>(
  tf.FusedConv2D,
  ({ inputs, attrs, backend }, stock) => {
    const axes = convAxes('fused conv2d', inputs.x.shape, inputs.filter.shape, attrs);
    if (stockServes(attrs, axes)) return stock(inputs, attrs);
    const linear = convolveImages(backend, inputs, axes);
    if (attrs.activation === 'linear') return linear;
    return tf.tidy(() => activate(tf.engine().makeTensorFromTensorInfo(linear), inputs, attrs));
  },
);

/** The convolution of volumes. */
export const conv3d = kernel<{ x: tf.Tensor5D; filter: tf.Tensor5D }, Conv3DAttrs>(
  tf.Conv3D,
  ({ inputs: { x, filter }, attrs, backend }) => {
    const axes = conv3dAxes(x.shape, filter.shape, attrs);
    return convolve(backend, x, filter, axes, [
      x.shape[0],
      ...axes.map(({ output }) => output),
      filter.shape[4],
    ]);
  },
);

function convolveImages(backend: BackendWasm, { x, filter, bias }: Inputs, axes: Axes): tf.TensorInfo {
  const [, rows, columns] = axes;
  return convolve(backend, x, filter, axes, [x.shape[0], rows.output, columns.output, filter.shape[3]], bias);
}

function activate(x: tf.Tensor, { preluActivationWeights }: FusedInputs, attrs: FusedAttrs): tf.Tensor {
  switch (attrs.activation) {
    case 'relu':
      return tf.relu(x);
    case 'relu6':
      return tf.relu6(x);
    case 'sigmoid':
      return tf.sigmoid(x);
    case 'elu':
      return tf.elu(x);
    case 'leakyrelu':
      return tf.leakyRelu(x, attrs.leakyreluAlpha);
    case 'prelu':
      return tf.prelu(x, preluActivationWeights!);
    default:
      throw new RangeError(
        `fused conv2d: activation is ${attrs.activation}, which the wasm backend does not have`,
      );
  }
}
