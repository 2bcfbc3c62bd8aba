import { checkOptions } from '@diff/checks';
import type { Tensor3D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { checkFit, checkFreeMaps } from './check-fit.js';
import type { Expertness, ExpertnessParameters, MapShape } from './expertness.js';
import { normalValues } from './random.js';

export interface PixelsOptions {
  /** Standard deviation of the start. Default: 0, which is exactly the mean vote. Released code: 0.01. */
  initialScale?: number;
  /** Default: 0.05, as in lucid, where this parametrisation comes from. */
  learningRate?: number;
  /** Default: 120. */
  iterations?: number;
  /** A sigmoid before the softmax, as in `expG`: two raters' weights differ by a factor of e at most. Default: false. */
  bounded?: boolean;
}

/**
 * One free value per pixel and rater ("Original" in the paper's Figure 6). It can fit anything, high-frequency noise that
 * fools one network included; the other parametrisations are there to prevent that.
 *
 * Source: paper, Eqs. 3–4; start as `pixel_image` in the released code.
 */
export function pixels(options: PixelsOptions = {}): Expertness {
  checkOptions('pixels', options, ['initialScale', 'learningRate', 'iterations', 'bounded']);
  const { initialScale = 0, learningRate = 0.05, iterations = 120, bounded = false } = options;
  checkFit('pixels', { learningRate, iterations });
  checkFreeMaps('pixels', { initialScale, bounded });
  return {
    name: 'pixels',
    key: `pixels ${initialScale}${bounded ? ' bounded' : ''}`,
    learningRate,
    iterations,
    create: (shape, seed) => pixelParameters(shape, { initialScale, bounded }, seed),
  };
}

export function pixelParameters(
  shape: MapShape,
  { initialScale, bounded }: { initialScale: number; bounded: boolean },
  seed: number,
): ExpertnessParameters {
  const { batch, height, width, raters } = shape;
  const values = tf.tidy(() => {
    const one = tf.tensor3d(normalValues(height * width * raters, initialScale, seed), [
      1,
      height * width,
      raters,
    ]);
    return tf.variable(tf.tile(one, [batch, 1, 1]));
  });
  return {
    variables: [values],
    logits: () => (bounded ? tf.sigmoid(values) : tf.clone(values)) as Tensor3D,
    dispose: () => values.dispose(),
  };
}
