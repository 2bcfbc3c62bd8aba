import * as tf from '@tensorflow/tfjs-core';
import { padImages } from '../../memory/padded-images.js';
import { productsOf } from '../../memory/products.js';
import { kernel } from '../kernel.js';
import { type ConvAttrs, convAxes, type Shape4D } from './conv-geometry.js';
import { phasePadding, phases } from './conv-phases.js';
import { correlateChannels } from './correlate-channels.js';

/**
 * The gradient of a depthwise 2-D convolution with respect to its input,
 * dx[b, i, c] = Σ_m Σ_{o,k: o·stride + k·dilation − before = i} dy[b, o, c·M + m] · w[k, c, m]:
 * by phases, each a depthwise convolution of dy.
 */
export const depthwiseConv2dBackpropInput = kernel<
  { dy: tf.Tensor4D; filter: tf.Tensor4D },
  ConvAttrs & { inputShape: Shape4D }
>(tf.DepthwiseConv2dNativeBackpropInput, ({ inputs: { dy, filter }, attrs, backend }) => {
  const name = tf.DepthwiseConv2dNativeBackpropInput;
  const [, rows, columns] = convAxes(name, attrs.inputShape, filter.shape, attrs, true);
  const [batch, height, width, channels] = attrs.inputShape;
  const multiplier = filter.shape[3];
  const wide = channels * multiplier;
  const out = backend.makeOutput([batch, height, width, wide], 'float32');
  const flipped = backend.makeOutput(filter.shape, 'float32');
  const images = padImages(backend, dy, phasePadding(rows), phasePadding(columns));
  const weights = backend.typedArrayFromHeap(filter);
  const target = backend.typedArrayFromHeap(flipped);
  const start = backend.getMemoryOffset(flipped.dataId);
  let to = 0;
  const filters = phases(rows).flatMap((r) =>
    phases(columns).map((c) => {
      const address = start + to * 4;
      for (let i = 0; i < r.taps; i++) {
        for (let j = 0; j < c.taps; j++, to += wide) {
          const tap = (r.tap(i) * columns.filter + c.tap(j)) * wide;
          target.set(weights.subarray(tap, tap + wide), to);
        }
      }
      return { r, c, address };
    }),
  );
  if (rows.stride > rows.filter || columns.stride > columns.filter) backend.typedArrayFromHeap(out).fill(0);
  const { channelwise } = productsOf(backend);
  const result = backend.getMemoryOffset(out.dataId);
  const pixel = wide * 4;
  for (let b = 0; b < batch; b++) {
    const image = images.address(b);
    for (const { r, c, address } of filters) {
      correlateChannels(channelwise, {
        from: image + r.source * images.row + c.source * images.pixel,
        image: images,
        filter: { address, taps: [r.taps, c.taps] },
        strides: [1, 1],
        dilations: [rows.dilation, columns.dilation],
        to: {
          address: result + ((b * height + r.target) * width + c.target) * pixel,
          rows: r.count,
          columns: c.count,
          row: rows.stride * width * pixel,
          pixel: columns.stride * pixel,
        },
      });
    }
  }
  images.dispose();
  backend.disposeData(flipped.dataId);
  if (multiplier === 1) return out;
  return tf.tidy(() => {
    const parts = tf.reshape(tf.engine().makeTensorFromTensorInfo(out), [
      batch,
      height,
      width,
      channels,
      multiplier,
    ]);
    return tf.sum(parts, -1);
  });
});
