import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { behind, type ConvAttrs, convAxes } from './conv-geometry.js';
import { correlate, pack, pad } from './correlate.js';
import { gemmOf } from './gemm.js';
import { kernel } from './kernel.js';

/** With fewer output pixels than this, laying out the filter costs more than is won. */
const FEW = 128;

type Inputs = { x: tf.Tensor4D; filter: tf.Tensor4D; bias?: tf.Tensor };

/** y[o, d] = Σ_{k, c} x[o·stride + k·dilation − before, c] · w[k, c, d]. */
export const conv2d = kernel<Inputs, ConvAttrs>(
  tf.Conv2D,
  ({ inputs, attrs, backend }, stock) => convolve(backend, inputs, attrs) ?? stock(inputs, attrs),
);

/** The same with a bias; with an activation, which training does not fuse, the stock kernel does it. */
export const fusedConv2d = kernel<Inputs, ConvAttrs & { activation: string }>(
  tf.FusedConv2D,
  ({ inputs, attrs, backend }, stock) =>
    (attrs.activation === 'linear' ? convolve(backend, inputs, attrs) : undefined) ?? stock(inputs, attrs),
);

function convolve(backend: BackendWasm, { x, filter, bias }: Inputs, attrs: ConvAttrs): tf.TensorInfo | undefined {
  const [rows, columns] = convAxes('conv2d', x.shape, filter.shape, attrs);
  const [batch] = x.shape;
  const [, , channels, outputs] = filter.shape;
  const size = batch * rows.output * columns.output * outputs;
  if (size < FEW * outputs) return undefined;
  const out = backend.makeOutput([batch, rows.output, columns.output, outputs], 'float32');
  const packed = pack(
    backend,
    filter,
    [rows.filter, columns.filter],
    channels,
    outputs,
    (i, j, c) => ((i * columns.filter + j) * channels + c) * outputs,
    1,
  );
  const images = pad(backend, x, [rows.before, behind(rows)], [columns.before, behind(columns)]);
  if (bias) {
    const values = backend.typedArrayFromHeap(out);
    values.set(backend.typedArrayFromHeap(bias));
    for (let filled = outputs; filled < size; filled *= 2) values.copyWithin(filled, 0, Math.min(filled, size - filled));
  }
  const gemm = gemmOf(backend);
  const pixel = outputs * 4;
  const row = columns.output * pixel;
  const result = backend.getMemoryOffset(out.dataId);
  for (let b = 0; b < batch; b++) {
    const target = { address: result + b * rows.output * row, rows: rows.output, columns: columns.output, row, pixel };
    correlate(
      gemm,
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
