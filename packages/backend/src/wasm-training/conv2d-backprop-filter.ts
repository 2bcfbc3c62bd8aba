import * as tf from '@tensorflow/tfjs-core';
import { behind, type ConvAttrs, convAxes, type Shape4D } from './conv-geometry.js';
import { kernel } from './kernel.js';
import { padImages } from './padded-images.js';
import { productsOf } from './products.js';

/** Bytes of x and dy that are worked through at a time; they stay in the first-level cache. */
const BLOCK = 24 * 1024;

/**
 * The gradient of a 2-D convolution with respect to its filter,
 * dw[k, c, d] = Σ_{b,o} x[b, o·stride + k·dilation − before, c] · dy[b, o, d]:
 * for each row of taps a matrix product of the transposed input with dy, summed over the rows of the images.
 */
export const conv2dBackpropFilter = kernel<
  { x: tf.Tensor4D; dy: tf.Tensor4D },
  ConvAttrs & { filterShape: Shape4D }
>(tf.Conv2DBackpropFilter, ({ inputs: { x, dy }, attrs, backend }) => {
  const [rows, columns] = convAxes(tf.Conv2DBackpropFilter, x.shape, attrs.filterShape, attrs);
  const [batch, , , channels] = x.shape;
  const outputs = attrs.filterShape[3];
  const { matrix } = productsOf(backend);
  const out = backend.makeOutput(attrs.filterShape, 'float32');
  backend.typedArrayFromHeap(out).fill(0);
  const images = padImages(backend, x, [rows.before, behind(rows)], [columns.before, behind(columns)]);
  const result = backend.getMemoryOffset(out.dataId);
  const gradient = backend.getMemoryOffset(dy.dataId);
  const dyPixel = outputs * 4;
  const dyRow = columns.output * dyPixel;
  const together = columns.dilation === 1 ? columns.filter : 1;
  const block = Math.max(1, Math.floor(BLOCK / (images.row * rows.stride + dyRow)));
  for (let b = 0; b < batch; b++) {
    const image = images.address(b);
    for (let r = 0; r < rows.output; r += block) {
      for (let i = 0; i < rows.filter; i++) {
        for (let j = 0; j < columns.filter; j += together) {
          matrix(
            image + (r * rows.stride + i * rows.dilation) * images.row + j * columns.dilation * images.pixel,
            gradient + (b * rows.output + r) * dyRow,
            result + (i * columns.filter + j) * channels * dyPixel,
            together * channels,
            outputs,
            columns.output,
            Math.min(block, rows.output - r),
            4,
            columns.stride * images.pixel,
            rows.stride * images.row,
            dyPixel,
            dyRow,
            dyPixel,
            true,
          );
        }
      }
    }
  }
  images.dispose();
  return out;
});
