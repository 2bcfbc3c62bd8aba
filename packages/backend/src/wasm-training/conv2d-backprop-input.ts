import * as tf from '@tensorflow/tfjs-core';
import { type Axis, type ConvAttrs, convAxes, type Shape4D } from './conv-geometry.js';
import { correlate, pack, pad } from './correlate.js';
import { gemmOf } from './gemm.js';
import { kernel } from './kernel.js';

/**
 * The gradient of a 2-D convolution with respect to its input, dx[i] = Σ_{o,k: o·s + k·d − before = i} dy[o] · w[k].
 * With i + before = s·q + r this is, for each of the s phases r, a convolution of stride 1 over q with every
 * s-th tap of the filter, flipped.
 */
export const conv2dBackpropInput = kernel<
  { dy: tf.Tensor4D; filter: tf.Tensor4D },
  ConvAttrs & { inputShape: Shape4D }
>(tf.Conv2DBackpropInput, ({ inputs: { dy, filter }, attrs, backend }) => {
  const [rows, columns] = convAxes(tf.Conv2DBackpropInput, attrs.inputShape, filter.shape, attrs);
  const [batch, height, width, channels] = attrs.inputShape;
  const outputs = filter.shape[3];
  const gemm = gemmOf(backend);
  const out = backend.makeOutput(attrs.inputShape, 'float32');
  const filters = phases(rows).flatMap((r) =>
    phases(columns).map((c) => ({
      r,
      c,
      packed: pack(
        backend,
        filter,
        [r.taps, c.taps],
        outputs,
        channels,
        (i, j, d) => (r.tap(i) * columns.filter + c.tap(j)) * channels * outputs + d,
        outputs,
      ),
    })),
  );
  const images = pad(backend, dy, padding(rows), padding(columns));
  if (rows.stride > rows.filter || columns.stride > columns.filter) backend.typedArrayFromHeap(out).fill(0);
  const result = backend.getMemoryOffset(out.dataId);
  const pixel = channels * 4;
  for (let b = 0; b < batch; b++) {
    const image = images.address(b);
    for (const { r, c, packed } of filters) {
      correlate(
        gemm,
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

/** Zeros before and after dy, such that every tap of every phase reads from it. */
function padding({ input, output, filter, stride, dilation, before }: Axis): [number, number] {
  const taps = Math.ceil(filter / stride);
  const last = Math.floor((before + input - 1) / stride);
  return [Math.max(0, (taps - 1) * dilation - Math.floor(before / stride)), Math.max(0, last + 1 - output)];
}

/** For each phase that has taps: which these are, where in the padded dy it starts, and what it yields. */
function phases(axis: Axis) {
  const { input, filter, stride, dilation, before } = axis;
  const [lead] = padding(axis);
  return Array.from({ length: Math.min(stride, filter) }, (_, phase) => {
    const taps = Math.ceil((filter - phase) / stride);
    const first = Math.ceil((before - phase) / stride);
    const target = stride * first + phase - before;
    return {
      taps,
      tap: (i: number) => stride * (taps - 1 - i) + phase,
      source: first - (taps - 1) * dilation + lead,
      target,
      count: Math.max(0, Math.ceil((input - target) / stride)),
    };
  });
}
