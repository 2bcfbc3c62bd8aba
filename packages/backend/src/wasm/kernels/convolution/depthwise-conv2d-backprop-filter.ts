import * as tf from '@tensorflow/tfjs-core';
import { padImages } from '../../memory/padded-images.js';
import { productsOf } from '../../memory/products.js';
import { kernel } from '../kernel.js';
import { type ConvAttrs, convAxes, type Shape4D, zeros } from './conv-geometry.js';

/**
 * The gradient of a depthwise 2-D convolution with respect to its filter,
 * dw[k, c, m] = Σ_{b,o} x[b, o·stride + k·dilation − before, c] · dy[b, o, c·M + m].
 */
export const depthwiseConv2dBackpropFilter = kernel<
  { x: tf.Tensor4D; dy: tf.Tensor4D },
  ConvAttrs & { filterShape: Shape4D }
>(tf.DepthwiseConv2dNativeBackpropFilter, ({ inputs: { x, dy }, attrs, backend }) => {
  const name = tf.DepthwiseConv2dNativeBackpropFilter;
  const [, rows, columns] = convAxes(name, x.shape, attrs.filterShape, attrs, true);
  const [batch, , , channels] = x.shape;
  const multiplier = attrs.filterShape[3];
  const out = backend.makeOutput(attrs.filterShape, 'float32');
  backend.typedArrayFromHeap(out).fill(0);
  const images = padImages(backend, x, zeros(rows), zeros(columns), multiplier);
  const { channelwise } = productsOf(backend);
  const result = backend.getMemoryOffset(out.dataId);
  const gradient = backend.getMemoryOffset(dy.dataId);
  const pixel = channels * multiplier * 4;
  const row = columns.output * pixel;
  for (let b = 0; b < batch; b++) {
    const image = images.address(b);
    for (let r = 0; r < rows.output; r++) {
      for (let i = 0; i < rows.filter; i++) {
        channelwise({
          a: {
            address: image + (r * rows.stride + i * rows.dilation) * images.row,
            rowStride: columns.dilation * pixel,
            innerStride: columns.stride * pixel,
            stepStride: 0,
          },
          b: { address: gradient + (b * rows.output + r) * row, innerStride: pixel, stepStride: 0 },
          c: { address: result + i * columns.filter * pixel, rowStride: pixel },
          rows: columns.filter,
          columns: channels * multiplier,
          inner: columns.output,
          steps: 1,
          accumulate: true,
        });
      }
    }
  }
  images.dispose();
  return out;
});
