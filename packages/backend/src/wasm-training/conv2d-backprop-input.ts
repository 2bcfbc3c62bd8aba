import * as tf from '@tensorflow/tfjs-core';
import { type ConvAttrs, convAxes, type Shape4D } from './conv-geometry.js';
import { phasePadding, phases } from './conv-phases.js';
import { correlate, packFilter } from './correlate.js';
import { kernel } from './kernel.js';
import { padImages } from './padded-images.js';
import { productsOf } from './products.js';

/** The gradient of a 2-D convolution with respect to its input: by phases, each a convolution of dy. */
export const conv2dBackpropInput = kernel<
  { dy: tf.Tensor4D; filter: tf.Tensor4D },
  ConvAttrs & { inputShape: Shape4D }
>(tf.Conv2DBackpropInput, ({ inputs: { dy, filter }, attrs, backend }) => {
  const [rows, columns] = convAxes(tf.Conv2DBackpropInput, attrs.inputShape, filter.shape, attrs);
  const [batch, height, width, channels] = attrs.inputShape;
  const outputs = filter.shape[3];
  const { matrix } = productsOf(backend);
  const out = backend.makeOutput(attrs.inputShape, 'float32');
  const filters = phases(rows).flatMap((r) =>
    phases(columns).map((c) => ({
      r,
      c,
      packed: packFilter(
        backend,
        filter,
        [r.taps, c.taps],
        [outputs, 1],
        [channels, outputs],
        (i, j) => (r.tap(i) * columns.filter + c.tap(j)) * channels * outputs,
      ),
    })),
  );
  const images = padImages(backend, dy, phasePadding(rows), phasePadding(columns));
  if (rows.stride > rows.filter || columns.stride > columns.filter) backend.typedArrayFromHeap(out).fill(0);
  const result = backend.getMemoryOffset(out.dataId);
  const pixel = channels * 4;
  for (let b = 0; b < batch; b++) {
    const image = images.address(b);
    for (const { r, c, packed } of filters) {
      correlate(
        matrix,
        image + r.source * images.row + c.source * images.pixel,
        images,
        packed,
        [1, 1],
        [rows.dilation, columns.dilation],
        {
          address: result + ((b * height + r.target) * width + c.target) * pixel,
          rows: r.count,
          columns: c.count,
          row: rows.stride * width * pixel,
          pixel: columns.stride * pixel,
        },
      );
    }
  }
  images.dispose();
  for (const { packed } of filters) packed.dispose();
  return out;
});
