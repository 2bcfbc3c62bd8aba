import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import type { Axes, Shape4D, Shape5D } from '../convolution/conv-geometry.js';
import { axesOf } from '../convolution/conv-geometry.js';
import { kernel, type Replacement } from '../kernel.js';

export interface PoolAttrs {
  filterSize: number | [number, number];
  strides: number | [number, number];
  pad: 'valid' | 'same' | number | tf.backend_util.ExplicitPadding;
  dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

export interface Pool3DAttrs {
  filterSize: number | [number, number, number];
  strides: number | [number, number, number];
  pad: 'valid' | 'same' | number;
  dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

export function poolAxes(shape: Shape4D, { filterSize, strides, pad, dimRoundingMode }: PoolAttrs): Axes {
  return axesOf(tf.backend_util.computePool2DInfo(shape, filterSize, strides, 1, pad, dimRoundingMode));
}

export function pool3dAxes(shape: Shape5D, { filterSize, strides, pad, dimRoundingMode }: Pool3DAttrs): Axes {
  return axesOf(tf.backend_util.computePool3DInfo(shape, filterSize, strides, 1, pad, dimRoundingMode));
}

/** The gradient of a pooling by its input. */
type Gradient = (backend: BackendWasm, dy: tf.Tensor, input: tf.Tensor, axes: Axes) => tf.TensorInfo;

/** The kernels of such a gradient, of images and of volumes, by their names. */
export function poolGradients(
  images: string,
  volumes: string,
  gradient: Gradient,
): [Replacement, Replacement] {
  return [
    kernel<{ dy: tf.Tensor; input: tf.Tensor4D }, PoolAttrs>(
      images,
      ({ inputs: { dy, input }, attrs, backend }) =>
        gradient(backend, dy, input, poolAxes(input.shape, attrs)),
    ),
    kernel<{ dy: tf.Tensor; input: tf.Tensor5D }, Pool3DAttrs>(
      volumes,
      ({ inputs: { dy, input }, attrs, backend }) =>
        gradient(backend, dy, input, pool3dAxes(input.shape, attrs)),
    ),
  ];
}

/** The windows of an image: that of output pixel o covers the pixels pixels[starts[o]], …, pixels[starts[o + 1] − 1]. */
export interface Windows {
  starts: Int32Array;
  /** Places of input pixels in their image, or volume, in order; padding is not among them. */
  pixels: Int32Array;
}

export function windowsOf(axes: Axes): Windows {
  const [slices, rows, columns] = axes;
  const total = (of: 'output' | 'filter') => axes.reduce((product, axis) => product * axis[of], 1);
  const starts = new Int32Array(total('output') + 1);
  const pixels = new Int32Array(total('output') * total('filter'));
  /** For each output of an axis, the inputs from `first` to before `end` that its window covers. */
  const [inSlices, inRows, inColumns] = axes.map(({ input, output, filter, stride, before }) =>
    Array.from({ length: output }, (_, o) => ({
      first: Math.max(0, o * stride - before),
      end: Math.min(input, o * stride - before + filter),
    })),
  );
  let o = 0;
  let count = 0;
  for (let s = 0; s < slices.output; s++) {
    for (let r = 0; r < rows.output; r++) {
      for (let c = 0; c < columns.output; c++) {
        for (let h = inSlices![s]!.first; h < inSlices![s]!.end; h++) {
          for (let i = inRows![r]!.first; i < inRows![r]!.end; i++) {
            for (let j = inColumns![c]!.first; j < inColumns![c]!.end; j++) {
              pixels[count++] = (h * rows.input + i) * columns.input + j;
            }
          }
        }
        starts[++o] = count;
      }
    }
  }
  return { starts, pixels };
}
