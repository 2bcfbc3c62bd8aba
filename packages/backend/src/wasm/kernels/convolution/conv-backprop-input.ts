import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { padImages } from '../../memory/padded-images.js';
import { productsOf } from '../../memory/products.js';
import { kernel } from '../kernel.js';
import {
  type Axes,
  type Conv3DAttrs,
  type ConvAttrs,
  conv3dAxes,
  convAxes,
  meetings,
  type Shape4D,
  type Shape5D,
} from './conv-geometry.js';
import { phasePadding, phases } from './conv-phases.js';
import { correlate, packFilter } from './correlate.js';

/** The gradient of a convolution of images with respect to its input. */
export const conv2dBackpropInput = kernel<
  { dy: tf.Tensor4D; filter: tf.Tensor4D },
  ConvAttrs & { inputShape: Shape4D }
>(tf.Conv2DBackpropInput, ({ inputs: { dy, filter }, attrs, backend }) => {
  const axes = convAxes(tf.Conv2DBackpropInput, attrs.inputShape, filter.shape, attrs);
  return inputGradient(backend, dy, filter, axes, attrs.inputShape);
});

/** The gradient of a convolution of volumes with respect to its input, of which the stock kernel is wrong. */
export const conv3dBackpropInput = kernel<
  { dy: tf.Tensor5D; filter: tf.Tensor5D },
  Conv3DAttrs & { inputShape: Shape5D }
>(tf.Conv3DBackpropInputV2, ({ inputs: { dy, filter }, attrs, backend }) =>
  inputGradient(backend, dy, filter, conv3dAxes(attrs.inputShape, filter.shape, attrs), attrs.inputShape),
);

/** By phases of the rows and columns, each a convolution of dy, slice by slice. */
function inputGradient(
  backend: BackendWasm,
  dy: tf.TensorInfo,
  filter: tf.TensorInfo,
  [slices, rows, columns]: Axes,
  shape: number[],
): tf.TensorInfo {
  const [batch] = shape as [number];
  const [channels, outputs] = filter.shape.slice(-2) as [number, number];
  const { matrix } = productsOf(backend);
  const out = backend.makeOutput(shape, 'float32');
  const filters = Array.from({ length: slices.filter }, (_, k) =>
    phases(rows).flatMap((r) =>
      phases(columns).map((c) => ({
        r,
        c,
        packed: packFilter(backend, filter, {
          taps: [r.taps, c.taps],
          channels: outputs,
          channelStride: 1,
          outputs: channels,
          outputStride: outputs,
          tap: (i, j) => ((k * rows.filter + r.tap(i)) * columns.filter + c.tap(j)) * channels * outputs,
        }),
      })),
    ),
  );
  const images = padImages(backend, dy, phasePadding(rows), phasePadding(columns));
  const met = meetings(slices, batch, 'output');
  const once = slices.filter === 1 && met.length === batch * slices.input;
  if (!once || rows.stride > rows.filter || columns.stride > columns.filter) {
    backend.typedArrayFromHeap(out).fill(0);
  }
  const result = backend.getMemoryOffset(out.dataId);
  const pixel = channels * 4;
  for (const { slice, others } of met) {
    const image = images.address(slice);
    for (const { slice: input, tap } of others) {
      for (const { r, c, packed } of filters[tap]!) {
        correlate(
          matrix,
          {
            from: image + r.source * images.row + c.source * images.pixel,
            image: images,
            filter: packed,
            strides: [1, 1],
            dilations: [rows.dilation, columns.dilation],
            to: {
              address: result + ((input * rows.input + r.target) * columns.input + c.target) * pixel,
              rows: r.count,
              columns: c.count,
              row: rows.stride * columns.input * pixel,
              pixel: columns.stride * pixel,
            },
          },
          !once,
        );
      }
    }
  }
  images.dispose();
  for (const { packed } of filters.flat()) packed.dispose();
  return out;
}
