import * as tf from '@tensorflow/tfjs-core';
import { type ConvAttrs, convAxes, type Shape4D } from './conv-geometry.js';
import { kernel } from './kernel.js';

/**
 * The gradient of a depthwise 2-D convolution with respect to its input,
 * dx[b, i, c] = Σ_m Σ_{o,k: o·stride + k·dilation − before = i} dy[b, o, c·M + m] · w[k, c, m].
 */
export const depthwiseConv2dBackpropInput = kernel<
  { dy: tf.Tensor4D; filter: tf.Tensor4D },
  ConvAttrs & { inputShape: Shape4D }
>(tf.DepthwiseConv2dNativeBackpropInput, ({ inputs: { dy, filter }, attrs, backend }) => {
  const [rows, columns] = convAxes(
    tf.DepthwiseConv2dNativeBackpropInput,
    attrs.inputShape,
    filter.shape,
    attrs,
    true,
  );
  const [batch, , , channels] = attrs.inputShape;
  const multiplier = filter.shape[3];
  const out = backend.makeOutput(attrs.inputShape, 'float32');
  const weights = backend.typedArrayFromHeap(filter);
  const gradient = backend.typedArrayFromHeap(dy);
  const result = backend.typedArrayFromHeap(out).fill(0);
  for (let b = 0; b < batch; b++) {
    for (let r = 0; r < rows.output; r++) {
      for (let kr = 0; kr < rows.filter; kr++) {
        const ir = r * rows.stride + kr * rows.dilation - rows.before;
        if (ir < 0 || ir >= rows.input) continue;
        for (let c = 0; c < columns.output; c++) {
          for (let kc = 0; kc < columns.filter; kc++) {
            const ic = c * columns.stride + kc * columns.dilation - columns.before;
            if (ic < 0 || ic >= columns.input) continue;
            const to = ((b * rows.input + ir) * columns.input + ic) * channels;
            let from = ((b * rows.output + r) * columns.output + c) * channels * multiplier;
            let w = (kr * columns.filter + kc) * channels * multiplier;
            for (let d = 0; d < channels; d++) {
              let sum = 0;
              for (let m = 0; m < multiplier; m++) sum += gradient[from++]! * weights[w++]!;
              result[to + d]! += sum;
            }
          }
        }
      }
    }
  }
  return out;
});
