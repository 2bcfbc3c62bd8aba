import * as tf from '@tensorflow/tfjs-core';

/** The attributes that every kernel of a 2-D convolution has. */
export interface ConvAttrs {
  strides: number | [number, number];
  pad: 'valid' | 'same' | number | tf.backend_util.ExplicitPadding;
  /** The layer depthwiseConv2d hands on a null. */
  dilations?: number | [number, number] | null;
  dataFormat?: 'NHWC' | 'NCHW';
  dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

/** The attributes that every kernel of a 3-D convolution has. */
export interface Conv3DAttrs {
  strides: number | [number, number, number];
  pad: 'valid' | 'same';
  dilations?: number | [number, number, number];
}

export type Shape4D = [number, number, number, number];
export type Shape5D = [number, number, number, number, number];

/** One spatial axis of a convolution: out[o] = Σ_k in[o·stride + k·dilation − before] · filter[k]. */
export interface Axis {
  input: number;
  output: number;
  filter: number;
  stride: number;
  dilation: number;
  before: number;
}

/** The spatial axes: slices, rows, columns. */
export type Axes = [Axis, Axis, Axis];

/** The axis of slices that images have. */
const single: Axis = { input: 1, output: 1, filter: 1, stride: 1, dilation: 1, before: 0 };

/** The axes of a channels-last convolution of images. */
export function convAxes(
  name: string,
  inputShape: Shape4D,
  filterShape: Shape4D,
  { strides, pad, dilations, dataFormat = 'NHWC', dimRoundingMode }: ConvAttrs,
  depthwise = false,
): Axes {
  if (dataFormat !== 'NHWC') {
    throw new RangeError(`${name}: dataFormat is ${dataFormat}, expected NHWC on the wasm backend`);
  }
  const info = tf.backend_util.computeConv2DInfo(
    inputShape,
    filterShape,
    strides,
    dilations ?? 1,
    pad,
    dimRoundingMode,
    depthwise,
  );
  return axesOf(info);
}

/** The axes of a channels-last convolution of volumes. */
export function conv3dAxes(
  inputShape: Shape5D,
  filterShape: Shape5D,
  { strides, pad, dilations = 1 }: Conv3DAttrs,
): Axes {
  return axesOf(tf.backend_util.computeConv3DInfo(inputShape, filterShape, strides, dilations, pad));
}

type Info2D = tf.backend_util.Conv2DInfo;
type Info3D = tf.backend_util.Conv3DInfo;

export function axesOf(info: Info2D | Info3D): Axes {
  const rows = {
    input: info.inHeight,
    output: info.outHeight,
    filter: info.filterHeight,
    stride: info.strideHeight,
    dilation: info.dilationHeight,
    before: info.padInfo.top,
  };
  const columns = {
    input: info.inWidth,
    output: info.outWidth,
    filter: info.filterWidth,
    stride: info.strideWidth,
    dilation: info.dilationWidth,
    before: info.padInfo.left,
  };
  if (!('inDepth' in info)) return [single, rows, columns];
  const slices = {
    input: info.inDepth,
    output: info.outDepth,
    filter: info.filterDepth,
    stride: info.strideDepth,
    dilation: info.dilationDepth,
    before: info.padInfo.front,
  };
  const axes: Axes = [slices, rows, columns];
  // Where a stride is longer than the filter the info has a padding below zero; TensorFlow has none there.
  for (const axis of axes) axis.before = Math.max(0, axis.before);
  return axes;
}

/** Zeros before the input, and those behind it that its last output reads. */
export function zeros({ input, output, filter, stride, dilation, before }: Axis): [number, number] {
  return [before, Math.max(0, (output - 1) * stride + (filter - 1) * dilation + 1 - input - before)];
}

/** A slice of a batch of volumes, or an image, and the slices on the other side that it meets, by the tap that brings them together. */
export interface Meeting {
  slice: number;
  others: readonly { slice: number; tap: number }[];
}

/** Each slice of the inputs, or of the outputs, of a batch that meets any on the other side; slices count through the batch. */
export function meetings(
  { input, output, filter, stride, dilation, before }: Axis,
  batch: number,
  of: 'input' | 'output',
): Meeting[] {
  const pairs: { input: number; output: number; tap: number }[] = [];
  for (let o = 0; o < output; o++) {
    for (let tap = 0; tap < filter; tap++) {
      const i = o * stride + tap * dilation - before;
      if (i >= 0 && i < input) pairs.push({ input: i, output: o, tap });
    }
  }
  const [side, other] = of === 'input' ? (['input', 'output'] as const) : (['output', 'input'] as const);
  const count = { input, output };
  return Array.from({ length: batch * count[side] }, (_, slice) => {
    const [b, own] = [Math.floor(slice / count[side]), slice % count[side]];
    const met = pairs.filter((pair) => pair[side] === own);
    return { slice, others: met.map((pair) => ({ slice: b * count[other] + pair[other], tap: pair.tap })) };
  }).filter(({ others }) => others.length);
}
