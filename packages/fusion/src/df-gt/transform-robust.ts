import { checkNumber, checkNumbers, checkOptions } from '@diff/checks';
import type { Tensor4D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { checkFit, checkFreeMaps } from './check-fit.js';
import type { Expertness } from './expertness.js';
import { pixelParameters } from './pixels.js';
import { streamSeed, uniform } from './random.js';

export interface TransformRobustOptions {
  /** First shift, up to this share of the side in each direction. Default: 8 / 256 (16 pixels of play at 256). */
  jitter?: number;
  /** Smallest and largest scale. Default: [0.8, 1.19]. */
  scale?: [number, number];
  /** Largest rotation either way, in degrees; small angles are drawn more often. Default: 10. */
  rotate?: number;
  /** Second shift, after scale and rotation. Default: 2 / 256. */
  finalJitter?: number;
  initialScale?: number;
  learningRate?: number;
  iterations?: number;
  /** A sigmoid before the softmax, as in `expG`: two raters' weights differ by a factor of e at most. Default: false. */
  bounded?: boolean;
}

const names = [
  'jitter',
  'scale',
  'rotate',
  'finalJitter',
  'initialScale',
  'learningRate',
  'iterations',
  'bounded',
] as const satisfies readonly (keyof TransformRobustOptions)[];

/**
 * Free pixels, but at every step the network sees its whole input (image ⊕ fused label) padded by reflection, shifted,
 * scaled, rotated and shifted again, by amounts drawn anew from the seed: what survives is not tied to single pixels.
 * The composed transform is one bilinear resampling onto the original grid, so any network of a fixed input size fits.
 *
 * Source: paper, §3.2.1 ("TransRob"); amounts as in the released code, there in pixels of 256 × 256.
 */
export function transformRobust(options: TransformRobustOptions = {}): Expertness {
  checkOptions('transformRobust', options, names);
  const { jitter = 8 / 256, scale = [0.8, 1.19], rotate = 10, finalJitter = 2 / 256 } = options;
  const { initialScale = 0, learningRate = 0.05, iterations = 120, bounded = false } = options;
  checkNumber('transformRobust', 'jitter', jitter, 0, 1);
  checkNumbers('transformRobust', 'scale', scale, { length: 2 });
  checkNumber('transformRobust', 'scale[0]', scale[0], 0, undefined, { open: true });
  checkNumber('transformRobust', 'scale[1]', scale[1], scale[0]);
  checkNumber('transformRobust', 'rotate', rotate, 0, 180);
  checkNumber('transformRobust', 'finalJitter', finalJitter, 0, 1);
  checkFit('transformRobust', { learningRate, iterations });
  checkFreeMaps('transformRobust', { initialScale, bounded });
  return {
    name: 'transformRobust',
    key: `transformRobust ${jitter} ${scale} ${rotate} ${finalJitter} ${initialScale}${bounded ? ' bounded' : ''} 2`,
    learningRate,
    iterations,
    create(shape, seed) {
      const transform = (input: Tensor4D, step: number): Tensor4D => {
        const random = uniform(streamSeed(seed, step));
        const within = (limit: number) => (2 * random() - 1) * limit;
        const limit = rotate * rotationRange(random());
        const angle = (within(limit) * Math.PI) / 180;
        const zoom = scale[0] + random() * (scale[1] - scale[0]);
        const before: [number, number] = [within(jitter) * shape.height, within(jitter) * shape.width];
        const after: [number, number] = [
          within(finalJitter) * shape.height,
          within(finalJitter) * shape.width,
        ];
        return resample(input, angle, zoom, before, after);
      };
      return { ...pixelParameters(shape, { initialScale, bounded }, seed), transform };
    },
  };
}

/**
 * Which of the released list's three ranges of angles a draw in [0, 1) falls into, as a share of the largest: the list has
 * 20 angles up to 10 degrees, 10 up to 5, and 40 up to 2, so they have shares of 2/7, 1/7 and 4/7.
 */
export const rotationRange = (draw: number): number => (draw < 2 / 7 ? 1 : draw < 3 / 7 ? 1 / 2 : 1 / 5);

/**
 * Bilinear resampling by shift, scale and rotation about the centre, and shift again; what lies outside is reflected.
 * Each output pixel is a weighted sum of four gathered input pixels, so that gradients flow to the input.
 */
export function resample(
  input: Tensor4D,
  angle: number,
  zoom: number,
  before: [number, number],
  after: [number, number],
): Tensor4D {
  const [batch, height, width, channels] = input.shape;
  const size = height * width;
  const indices = [0, 1, 2, 3].map(() => new Int32Array(size));
  const weights = [0, 1, 2, 3].map(() => new Float32Array(size));
  const [cos, sin] = [Math.cos(angle) / zoom, Math.sin(angle) / zoom];
  const [cy, cx] = [(height - 1) / 2, (width - 1) / 2];
  for (let i = 0, p = 0; i < height; i++) {
    for (let j = 0; j < width; j++, p++) {
      const [u, v] = [i - cy - after[0], j - cx - after[1]];
      const y = cos * u - sin * v + cy - before[0];
      const x = sin * u + cos * v + cx - before[1];
      const [top, left] = [Math.floor(y), Math.floor(x)];
      const [dy, dx] = [y - top, x - left];
      for (let corner = 0; corner < 4; corner++) {
        const [down, right] = [corner >> 1, corner & 1];
        indices[corner]![p] = reflect(top + down, height) * width + reflect(left + right, width);
        weights[corner]![p] = (down ? dy : 1 - dy) * (right ? dx : 1 - dx);
      }
    }
  }
  return tf.tidy(() => {
    const pixels = tf.reshape(tf.transpose(input, [1, 2, 0, 3]), [size, batch * channels]);
    const corners = indices.map((index, corner) =>
      tf.mul(tf.gather(pixels, tf.tensor1d(index, 'int32')), tf.tensor2d(weights[corner]!, [size, 1])),
    );
    return tf.transpose(
      tf.reshape<tf.Rank.R4>(tf.addN(corners), [height, width, batch, channels]),
      [2, 0, 1, 3],
    );
  });
}

/** Mirrors an index back into [0, size), the edge pixel itself not repeated. */
function reflect(index: number, size: number): number {
  if (size === 1) return 0;
  const period = 2 * (size - 1);
  const folded = ((index % period) + period) % period;
  return folded < size ? folded : period - folded;
}
