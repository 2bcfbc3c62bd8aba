import * as tf from '@tensorflow/tfjs-core';
import { type Axis, type ConvAttrs, convAxes, type Shape4D } from './conv-geometry.js';
import { kernel } from './kernel.js';

/**
 * The gradient of a 2-D convolution with respect to its filter,
 * dw[k, c, d] = Σ_{b,o} x[b, o·stride + k·dilation − before, c] · dy[b, o, d],
 * is itself a convolution: of x with dy as the filter, batch and channels swapped, stride and dilation swapped.
 */
export const conv2dBackpropFilter = kernel<
  { x: tf.Tensor4D; dy: tf.Tensor4D },
  ConvAttrs & { filterShape: Shape4D }
>(tf.Conv2DBackpropFilter, ({ inputs: { x, dy }, attrs }) => {
  const [rows, columns] = convAxes(tf.Conv2DBackpropFilter, x.shape, attrs.filterShape, attrs);
  return tf.tidy(() => {
    const images = tf.transpose(x, [3, 1, 2, 0]); // CHWB
    const filter = tf.transpose(dy, [1, 2, 0, 3]); // HWBD
    const gradient = tf.conv2d(
      images,
      filter,
      [rows.dilation, columns.dilation],
      [
        [0, 0],
        [rows.before, after(rows)],
        [columns.before, after(columns)],
        [0, 0],
      ],
      'NHWC',
      [rows.stride, columns.stride],
    );
    return tf.transpose(
      tf.slice(gradient, [0, 0, 0, 0], [x.shape[3], rows.filter, columns.filter, dy.shape[3]]),
      [1, 2, 0, 3],
    );
  });
});

/** The padding behind the input with which the swapped convolution yields every tap of the filter. */
function after({ input, output, filter, stride, dilation, before }: Axis): number {
  return Math.max(0, (output - 1) * stride + 1 + (filter - 1) * dilation - input - before);
}
