import { type BackendWasm, getThreadsCount } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { behind, type ConvAttrs, convAxes } from './conv-geometry.js';
import { correlate, packFilter } from './correlate.js';
import { kernel } from './kernel.js';
import { padImages } from './padded-images.js';
import { productsOf } from './products.js';

type Inputs = { x: tf.Tensor4D; filter: tf.Tensor4D; bias?: tf.Tensor };
type FusedInputs = Inputs & { preluActivationWeights?: tf.Tensor };
type FusedAttrs = ConvAttrs & { activation: string; leakyreluAlpha?: number };

/** y[o, d] = Σ_{k, c} x[o·stride + k·dilation − before, c] · w[k, c, d]. */
export const conv2d = kernel<Inputs, ConvAttrs>(tf.Conv2D, ({ inputs, attrs, backend }, stock) =>
  // The stock kernel alone uses the threads that the backend has on a cross-origin isolated page.
  getThreadsCount() > 1 ? stock(inputs, attrs) : convolve(backend, inputs, attrs),
);

/** The same with a bias and an activation. */
export const fusedConv2d = kernel<FusedInputs, FusedAttrs>(
  tf.FusedConv2D,
  ({ inputs, attrs, backend }, stock) => {
    if (getThreadsCount() > 1) return stock(inputs, attrs);
    const linear = convolve(backend, inputs, attrs);
    if (attrs.activation === 'linear') return linear;
    return tf.tidy(() => activate(tf.engine().makeTensorFromTensorInfo(linear), inputs, attrs));
  },
);

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

function convolve(backend: BackendWasm, { x, filter, bias }: Inputs, attrs: ConvAttrs): tf.TensorInfo {
  const [rows, columns] = convAxes('conv2d', x.shape, filter.shape, attrs);
  const [batch] = x.shape;
  const [, , channels, outputs] = filter.shape;
  const size = batch * rows.output * columns.output * outputs;
  const out = backend.makeOutput([batch, rows.output, columns.output, outputs], 'float32');
  const packed = packFilter(
    backend,
    filter,
    [rows.filter, columns.filter],
    [channels, outputs],
    [outputs, 1],
    (i, j) => (i * columns.filter + j) * channels * outputs,
  );
  const images = padImages(backend, x, [rows.before, behind(rows)], [columns.before, behind(columns)]);
  if (bias) {
    const values = backend.typedArrayFromHeap(out);
    values.set(backend.typedArrayFromHeap(bias));
    for (let filled = outputs; filled < size; filled *= 2)
      values.copyWithin(filled, 0, Math.min(filled, size - filled));
  }
  const { matrix } = productsOf(backend);
  const pixel = outputs * 4;
  const row = columns.output * pixel;
  const result = backend.getMemoryOffset(out.dataId);
  for (let b = 0; b < batch; b++) {
    const target = {
      address: result + b * rows.output * row,
      rows: rows.output,
      columns: columns.output,
      row,
      pixel,
    };
    correlate(
      matrix,
      images.address(b),
      images,
      packed,
      [rows.stride, columns.stride],
      [rows.dilation, columns.dilation],
      target,
      bias !== undefined,
    );
  }
  images.dispose();
  packed.dispose();
  return out;
}
