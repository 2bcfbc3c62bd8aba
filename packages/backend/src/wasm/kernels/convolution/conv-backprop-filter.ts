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
  zeros,
} from './conv-geometry.js';

/** Bytes of x and dy that are worked through at a time; they stay in the first-level cache. */
const BLOCK = 24 * 1024;

/** The gradient of a convolution of images with respect to its filter. */
export const conv2dBackpropFilter = kernel<
  { x: tf.Tensor4D; dy: tf.Tensor4D },
  ConvAttrs & { filterShape: Shape4D }
>(tf.Conv2DBackpropFilter, ({ inputs: { x, dy }, attrs, backend }) => {
  const axes = convAxes(tf.Conv2DBackpropFilter, x.shape, attrs.filterShape, attrs);
  return filterGradient(backend, x, dy, axes, attrs.filterShape);
});

/** The gradient of a convolution of volumes with respect to its filter. */
export const conv3dBackpropFilter = kernel<
  { x: tf.Tensor5D; dy: tf.Tensor5D },
  Conv3DAttrs & { filterShape: Shape5D }
>(tf.Conv3DBackpropFilterV2, ({ inputs: { x, dy }, attrs, backend }) =>
  filterGradient(backend, x, dy, conv3dAxes(x.shape, attrs.filterShape, attrs), attrs.filterShape),
);

/**
 * dw[k, c, d] = Σ_{b,o} x[b, o·stride + k·dilation − before, c] · dy[b, o, d]: for each row of taps a matrix product
 * of the transposed input with dy, summed over the rows of the images.
 */
function filterGradient(
  backend: BackendWasm,
  x: tf.TensorInfo,
  dy: tf.TensorInfo,
  [slices, rows, columns]: Axes,
  shape: number[],
): tf.TensorInfo {
  const [batch] = x.shape as [number];
  const [channels, outputs] = shape.slice(-2) as [number, number];
  const { matrix } = productsOf(backend);
  const out = backend.makeOutput(shape, 'float32');
  backend.typedArrayFromHeap(out).fill(0);
  const images = padImages(backend, x, zeros(rows), zeros(columns));
  const result = backend.getMemoryOffset(out.dataId);
  const gradient = backend.getMemoryOffset(dy.dataId);
  const dyPixel = outputs * 4;
  const dyRow = columns.output * dyPixel;
  const together = columns.dilation === 1 ? columns.filter : 1;
  const block = Math.max(1, Math.floor(BLOCK / (images.row * rows.stride + dyRow)));
  /** Adds what a slice of x and one of dy, both given by their first byte, give to the taps of a slice. */
  const addSlice = (image: number, from: number, tap: number) => {
    for (let r = 0; r < rows.output; r += block) {
      for (let i = 0; i < rows.filter; i++) {
        for (let j = 0; j < columns.filter; j += together) {
          const first = (r * rows.stride + i * rows.dilation) * images.row;
          const tapAt = (tap * rows.filter + i) * columns.filter + j;
          matrix({
            a: {
              address: image + first + j * columns.dilation * images.pixel,
              rowStride: 4,
              innerStride: columns.stride * images.pixel,
              stepStride: rows.stride * images.row,
            },
            b: { address: from + r * dyRow, innerStride: dyPixel, stepStride: dyRow },
            c: { address: result + tapAt * channels * dyPixel, rowStride: dyPixel },
            rows: together * channels,
            columns: outputs,
            inner: columns.output,
            steps: Math.min(block, rows.output - r),
            accumulate: true,
          });
        }
      }
    }
  };
  for (const { slice, others } of meetings(slices, batch, 'input')) {
    const image = images.address(slice);
    for (const { slice: output, tap } of others)
      addSlice(image, gradient + output * rows.output * dyRow, tap);
  }
  images.dispose();
  return out;
}
