import * as tf from '@tensorflow/tfjs-core';
import type { GradientReplacement } from './gradient.js';

interface Kernels {
  input: string;
  filter: string;
  depthwise: boolean;
}

type Attrs = tf.NamedAttrMap & {
  strides: number | [number, number];
  pad: 'valid' | 'same' | number | tf.backend_util.ExplicitPadding;
  dilations?: number | [number, number];
  dimRoundingMode?: 'floor' | 'round' | 'ceil';
};

const run = (kernel: string, inputs: tf.NamedTensorMap, attrs: tf.NamedAttrMap) =>
  tf.engine().runKernel(kernel, inputs, attrs) as tf.Tensor4D;

/** The gradients of dilated convolutions, which TensorFlow.js refuses on every engine. */
function dilatedGradient(kernelName: string, kernels: Kernels): GradientReplacement {
  return {
    kernelName,
    serves: () => true,
    gradient(dy, [x, filter], attrs) {
      if (tf.backend_util.tupleValuesAreOne((attrs.dilations ?? 1) as number | number[])) return undefined;
      const gradient = tf.getBackend() === 'wasm' ? direct : byBlocks;
      return gradient(kernels, dy as tf.Tensor4D, x as tf.Tensor4D, filter as tf.Tensor4D, attrs as Attrs);
    },
  };
}

export const dilatedConv2dGradient = dilatedGradient(tf.Conv2D, {
  input: tf.Conv2DBackpropInput,
  filter: tf.Conv2DBackpropFilter,
  depthwise: false,
});
export const dilatedDepthwiseGradient = dilatedGradient(tf.DepthwiseConv2dNative, {
  input: tf.DepthwiseConv2dNativeBackpropInput,
  filter: tf.DepthwiseConv2dNativeBackpropFilter,
  depthwise: true,
});

type Gradient = (
  kernels: Kernels,
  dy: tf.Tensor4D,
  x: tf.Tensor4D,
  filter: tf.Tensor4D,
  attrs: Attrs,
) => Record<'x' | 'filter', () => tf.Tensor>;

/** By kernels that know dilations, as those of wasm here. */
const direct: Gradient = (kernels, dy, x, filter, attrs) => ({
  x: () => run(kernels.input, { dy, filter }, { ...attrs, inputShape: x.shape }),
  filter: () => run(kernels.filter, { x, dy }, { ...attrs, filterShape: filter.shape }),
});

/**
 * By kernels that do not: every d-th pixel belongs to one of d × d pictures of their own (space to batch), on which the convolution is a
 * plain one of stride 1.
 */
const byBlocks: Gradient = ({ input, filter: byFilter, depthwise }, dy, x, filter, attrs) => {
  const { strides, pad, dilations, dimRoundingMode } = attrs;
  const info = tf.backend_util.computeConv2DInfo(
    x.shape,
    filter.shape,
    strides,
    dilations ?? 1,
    pad,
    dimRoundingMode,
    depthwise,
  );
  const { padInfo, dilationHeight, dilationWidth, outHeight, outWidth, inHeight, inWidth } = info;
  const steps = [dilationHeight, dilationWidth];
  // Padded so that blocks are whole: `more` zeros below and right of what the convolution sees.
  const sides = ([outHeight, outWidth] as const).map((out, axis) => {
    const seen = out + steps[axis]! * (filter.shape[axis]! - 1);
    const [before, length] = axis === 0 ? [padInfo.top, inHeight] : [padInfo.left, inWidth];
    const more = (steps[axis]! - (seen % steps[axis]!)) % steps[axis]!;
    return { around: [before, seen - before - length + more], more: [0, more] };
  });
  const plain = {
    strides: 1,
    pad: 'valid',
    dataFormat: 'NHWC',
    dilations: 1,
    dimRoundingMode,
  } as tf.NamedAttrMap;
  const around = sides.map((side) => side.around);
  const inBlocks = () => tf.spaceToBatchND(x, steps, around);
  const ofBlocks = () =>
    tf.spaceToBatchND(
      dy,
      steps,
      sides.map((side) => side.more),
    );
  return {
    x: () =>
      tf.tidy(() => {
        const blocks = ofBlocks();
        const [[top, bottom], [left, right]] = around as [number[], number[]];
        const shape = [
          blocks.shape[0],
          (inHeight + top! + bottom!) / steps[0]!,
          (inWidth + left! + right!) / steps[1]!,
          x.shape[3],
        ];
        const found = run(input, { dy: blocks, filter }, { ...plain, inputShape: shape });
        return tf.batchToSpaceND(found, steps, around);
      }),
    filter: () =>
      tf.tidy(() =>
        run(byFilter, { x: inBlocks(), dy: ofBlocks() }, { ...plain, filterShape: filter.shape }),
      ),
  };
};
