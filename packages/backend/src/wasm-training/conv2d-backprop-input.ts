import * as tf from '@tensorflow/tfjs-core';
import { type Axis, type ConvAttrs, convAxes, type Shape4D } from './conv-geometry.js';
import { kernel } from './kernel.js';

/**
 * The gradient of a 2-D convolution with respect to its input, dx[i] = Σ_{o,k: o·s + k·d − before = i} dy[o] · w[k].
 * With i + before = s·q + r this is, for each of the s phases r, a convolution of stride 1 over q with every
 * s-th tap of the filter, flipped: one forward convolution that yields all phases as channels, which are then
 * laid out in space (Shi et al. 2016, "Real-time single image super-resolution", section 3.2).
 */
export const conv2dBackpropInput = kernel<
  { dy: tf.Tensor4D; filter: tf.Tensor4D },
  ConvAttrs & { inputShape: Shape4D }
>(tf.Conv2DBackpropInput, ({ inputs: { dy, filter }, attrs }) => {
  const [rows, columns] = convAxes(tf.Conv2DBackpropInput, attrs.inputShape, filter.shape, attrs).map(phases);
  const [batch, height, width, channels] = attrs.inputShape;
  return tf.tidy(() => {
    const cropped = tf.slice(
      dy,
      [0, rows!.skip, columns!.skip, 0],
      [batch, rows!.take, columns!.take, dy.shape[3]],
    );
    const phased = tf.conv2d(
      cropped,
      phaseFilter(filter, rows!, columns!),
      1,
      [[0, 0], rows!.pad, columns!.pad, [0, 0]],
      'NHWC',
      [rows!.dilation, columns!.dilation],
    );
    const whole = interleave(phased, rows!.stride, columns!.stride, channels);
    return tf.slice(whole, [0, rows!.offset, columns!.offset, 0], [batch, height, width, channels]);
  });
});

/** How one axis of the gradient is computed: which of dy is read, its padding, and where the result begins. */
function phases({ input, output, filter, stride, dilation, before }: Axis) {
  const taps = Math.ceil(filter / stride);
  const first = Math.floor(before / stride);
  const last = Math.floor((before + input - 1) / stride);
  const left = (taps - 1) * dilation - first;
  const right = last + 1 - output;
  const skip = Math.max(0, -left);
  return {
    stride,
    dilation,
    taps,
    skip,
    take: output - skip - Math.max(0, -right),
    pad: [Math.max(0, left), Math.max(0, right)] as [number, number],
    offset: before - stride * first,
  };
}

type Phases = ReturnType<typeof phases>;

/** [k, k, c, d] → [taps, taps, d, phases · c], flipped. */
function phaseFilter(filter: tf.Tensor4D, rows: Phases, columns: Phases): tf.Tensor4D {
  const [height, width, c, d] = filter.shape;
  const padded = tf.pad(filter, [
    [0, rows.taps * rows.stride - height],
    [0, columns.taps * columns.stride - width],
    [0, 0],
    [0, 0],
  ]);
  const split = tf.reshape(padded, [rows.taps, rows.stride, columns.taps, columns.stride, c, d]);
  const phased = tf.transpose(tf.reverse(split, [0, 2]), [0, 2, 5, 1, 3, 4]);
  return tf.reshape(phased, [rows.taps, columns.taps, d, rows.stride * columns.stride * c]);
}

/** [b, h, w, sh · sw · c] → [b, h · sh, w · sw, c]. */
function interleave(x: tf.Tensor4D, sh: number, sw: number, c: number): tf.Tensor4D {
  const [b, h, w] = x.shape;
  if (sh === 1 && sw === 1) return x;
  const split = tf.reshape(x, [b, h, w, sh, sw * c]);
  return tf.reshape(tf.transpose(split, [0, 1, 3, 2, 4]), [b, h * sh, w * sw, c]);
}
