import * as tf from '@tensorflow/tfjs-core';
import { padImages } from '../../memory/padded-images.js';
import { productsOf } from '../../memory/products.js';
import { kernel } from '../kernel.js';
import { type ConvAttrs, convAxes, zeros } from './conv-geometry.js';
import { correlateChannels } from './correlate-channels.js';
import { stockServes } from './threads.js';

/** y[o, c·M + m] = Σ_k x[o·stride + k·dilation − before, c] · w[k, c, m]. */
export const depthwiseConv2d = kernel<{ x: tf.Tensor4D; filter: tf.Tensor4D }, ConvAttrs>(
  tf.DepthwiseConv2dNative,
  ({ inputs: { x, filter }, attrs, backend }, stock) => {
    const axes = convAxes('depthwiseConv2d', x.shape, filter.shape, attrs, true);
    if (stockServes(attrs, axes)) return stock({ x, filter }, attrs);
    const [, rows, columns] = axes;
    const [batch, , , channels] = x.shape;
    const multiplier = filter.shape[3];
    const pixel = channels * multiplier * 4;
    const row = columns.output * pixel;
    const out = backend.makeOutput([batch, rows.output, columns.output, channels * multiplier], 'float32');
    const images = padImages(backend, x, zeros(rows), zeros(columns), multiplier);
    const { channelwise } = productsOf(backend);
    const result = backend.getMemoryOffset(out.dataId);
    for (let b = 0; b < batch; b++) {
      correlateChannels(channelwise, {
        from: images.address(b),
        image: images,
        filter: { address: backend.getMemoryOffset(filter.dataId), taps: [rows.filter, columns.filter] },
        strides: [rows.stride, columns.stride],
        dilations: [rows.dilation, columns.dilation],
        to: {
          address: result + b * rows.output * row,
          rows: rows.output,
          columns: columns.output,
          row,
          pixel,
        },
      });
    }
    images.dispose();
    return out;
  },
);
