import * as tf from '@tensorflow/tfjs-core';
import { type ConvAttrs, convAxes, type Shape4D } from './conv-geometry.js';
import { kernel } from './kernel.js';

/**
 * The gradient of a depthwise 2-D convolution with respect to its filter,
 * dw[k, c, m] = Σ_{b,o} x[b, o·stride + k·dilation − before, c] · dy[b, o, c·M + m].
 */
export const depthwiseConv2dBackpropFilter = kernel<
  { x: tf.Tensor4D; dy: tf.Tensor4D },
  ConvAttrs & { filterShape: Shape4D }
>(tf.DepthwiseConv2dNativeBackpropFilter, ({ inputs: { x, dy }, attrs, backend }) => {
  const [rows, columns] = convAxes(
    tf.DepthwiseConv2dNativeBackpropFilter,
    x.shape,
    attrs.filterShape,
    attrs,
    true,
  );
  const [batch, , , channels] = x.shape;
  const multiplier = attrs.filterShape[3];
  const out = backend.makeOutput(attrs.filterShape, 'float32');
  const input = backend.typedArrayFromHeap(x);
  const gradient = backend.typedArrayFromHeap(dy);
  const sum = new Float64Array(channels * multiplier);
  const result = backend.typedArrayFromHeap(out);
  for (let kr = 0; kr < rows.filter; kr++) {
    for (let kc = 0; kc < columns.filter; kc++) {
      sum.fill(0);
      for (let b = 0; b < batch; b++) {
        for (let r = 0; r < rows.output; r++) {
          const ir = r * rows.stride + kr * rows.dilation - rows.before;
          if (ir < 0 || ir >= rows.input) continue;
          for (let c = 0; c < columns.output; c++) {
            const ic = c * columns.stride + kc * columns.dilation - columns.before;
            if (ic < 0 || ic >= columns.input) continue;
            const from = ((b * rows.input + ir) * columns.input + ic) * channels;
            let at = ((b * rows.output + r) * columns.output + c) * channels * multiplier;
            for (let d = 0, s = 0; d < channels; d++) {
              const value = input[from + d]!;
              for (let m = 0; m < multiplier; m++) sum[s++]! += value * gradient[at++]!;
            }
          }
        }
      }
      result.set(sum, (kr * columns.filter + kc) * channels * multiplier);
    }
  }
  return out;
});
