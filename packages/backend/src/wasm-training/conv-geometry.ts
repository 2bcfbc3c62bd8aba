import * as tf from '@tensorflow/tfjs-core';

/** The attributes that every gradient kernel of a 2-D convolution has. */
export interface ConvAttrs {
  strides: number | [number, number];
  pad: 'valid' | 'same' | number | tf.backend_util.ExplicitPadding;
  dilations?: number | [number, number];
  dataFormat?: 'NHWC' | 'NCHW';
  dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

export type Shape4D = [number, number, number, number];

/** One spatial axis of a convolution: out[o] = Σ_k in[o·stride + k·dilation − before] · filter[k]. */
export interface Axis {
  input: number;
  output: number;
  filter: number;
  stride: number;
  dilation: number;
  before: number;
}

/** The two spatial axes of a channels-last convolution, rows first. */
export function convAxes(
  name: string,
  inputShape: Shape4D,
  filterShape: Shape4D,
  { strides, pad, dilations = 1, dataFormat = 'NHWC', dimRoundingMode }: ConvAttrs,
  depthwise = false,
): [Axis, Axis] {
  if (dataFormat !== 'NHWC') {
    throw new RangeError(`${name}: dataFormat is ${dataFormat}, expected NHWC on the wasm backend`);
  }
  const info = tf.backend_util.computeConv2DInfo(
    inputShape,
    filterShape,
    strides,
    dilations,
    pad,
    dimRoundingMode,
    depthwise,
  );
  return [
    {
      input: info.inHeight,
      output: info.outHeight,
      filter: info.filterHeight,
      stride: info.strideHeight,
      dilation: info.dilationHeight,
      before: info.padInfo.top,
    },
    {
      input: info.inWidth,
      output: info.outWidth,
      filter: info.filterWidth,
      stride: info.strideWidth,
      dilation: info.dilationWidth,
      before: info.padInfo.left,
    },
  ];
}

/** Zeros behind the input that its last output reads. */
export function behind({ input, output, filter, stride, dilation, before }: Axis): number {
  return Math.max(0, (output - 1) * stride + (filter - 1) * dilation + 1 - input - before);
}
