import { checkInteger, checkOptions } from '@diff/checks';
import { randomStream } from '@diff/train';
import * as tf from '@tensorflow/tfjs-core';
import type { Predictor, SampleOptions } from './predictor.js';

/** Standard normal numbers. */
export function normals(shape: number[], normal: () => number): tf.Tensor {
  const length = shape.reduce((a, b) => a * b, 1);
  return tf.tensor(Float32Array.from({ length }, normal), shape);
}

/**
 * `sample`, and `predict` as the mean of 16 samples as in the papers, of a network that makes one mask of standard normal numbers.
 *
 * @param draw One sample [B, H, W, S] of probabilities.
 */
export function samplesOf(
  who: string,
  draw: (image: tf.Tensor4D, normal: () => number) => tf.Tensor4D,
): Required<Pick<Predictor, 'predict' | 'sample'>> {
  const sample = (image: tf.Tensor4D, options: SampleOptions) => {
    checkOptions(who, options, ['count', 'seed']);
    const { count, seed = 0 } = options;
    checkInteger(who, 'count', count, 1);
    checkInteger(who, 'seed', seed, 0);
    return tf.tidy(() => {
      const one = (i: number) => {
        const { normal } = randomStream(seed, 5, i);
        return tf.tidy(() => draw(image, normal));
      };
      return tf.stack(Array.from({ length: count }, (_, i) => one(i))) as tf.Tensor5D;
    });
  };
  return {
    sample,
    predict: (image) => tf.tidy(() => tf.mean(sample(image, { count: 16 }), 0) as tf.Tensor4D),
  };
}
