import * as tf from '@tensorflow/tfjs-core';
import { replaceKernel } from './tensorflow.js';

/**
 * Replaces, on the TensorFlow engine, the filter gradient of strided 1 × 1 convolutions, such as a ResNet's shortcuts: for
 * some numbers of channels the oneDNN kernel of TensorFlow 2.21 writes past its memory and takes the process with it.
 * The gradient is one matrix product, Σ over pixels of x[s · i, s · j]ᵀ · dy[i, j]; 'same' and 'valid' padding both
 * leave a 1 × 1 filter on those pixels.
 */
export function replacePointwiseFilterGradient(): void {
  replaceKernel(tf.Conv2DBackpropFilter, (stock) => (call) => {
    const { filterShape, strides } = call.attrs as unknown as tf.Conv2DBackpropFilterAttrs;
    const [height, width, from, to] = filterShape;
    const [down, across] = [strides].flat() as number[];
    if (height !== 1 || width !== 1 || (down === 1 && (across ?? down) === 1)) return stock!(call);
    const { x, dy } = call.inputs as unknown as { x: tf.Tensor4D; dy: tf.Tensor4D };
    return tf.tidy(() => {
      const seen = tf.stridedSlice(x, [0, 0, 0, 0], x.shape, [1, down!, across ?? down!, 1]);
      const product = tf.matMul(tf.reshape(seen, [-1, from]), tf.reshape(dy, [-1, to]), true);
      return tf.reshape(product, filterShape);
    });
  });
}
