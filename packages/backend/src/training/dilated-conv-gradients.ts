import * as tf from '@tensorflow/tfjs-core';
import type { GradientReplacement } from './gradient.js';

/** The gradients of dilated convolutions, which TensorFlow.js refuses though the kernels here have them. */
function dilatedGradient(kernelName: string, inputKernel: string, filterKernel: string): GradientReplacement {
  return {
    kernelName,
    gradient(dy, [x, filter], attrs) {
      if (tf.backend_util.tupleValuesAreOne((attrs.dilations ?? 1) as number | number[])) return undefined;
      const run = (kernel: string, inputs: tf.NamedTensorMap, more: tf.NamedAttrMap) =>
        tf.engine().runKernel(kernel, inputs, { ...attrs, ...more }) as tf.Tensor;
      return {
        x: () => run(inputKernel, { dy, filter: filter! }, { inputShape: x!.shape }),
        filter: () => run(filterKernel, { x: x!, dy }, { filterShape: filter!.shape }),
      };
    },
  };
}

export const dilatedConv2dGradient = dilatedGradient(
  tf.Conv2D,
  tf.Conv2DBackpropInput,
  tf.Conv2DBackpropFilter,
);
export const dilatedDepthwiseGradient = dilatedGradient(
  tf.DepthwiseConv2dNative,
  tf.DepthwiseConv2dNativeBackpropInput,
  tf.DepthwiseConv2dNativeBackpropFilter,
);
