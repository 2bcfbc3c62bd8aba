import { checkBoolean, checkInteger, checkOptions } from '@diff/checks';
import type { Rank, Tensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import type { CaseBatch } from '../case-batch.js';
import { checkFit } from '../check-fit.js';
import { normalValues, streamSeed } from '../random.js';
import { meanVote } from './fuse-shared.js';
import type { SharedForm } from './shared-form.js';

export interface AmortisedOptions {
  /** A value per rater beside what the network sees. `false` serves anonymous raters, of any number. Default: true. */
  identity?: boolean;
  /** Channels of the three convolutions. Default: 12. */
  width?: number;
  /** Default: 3e-3; a rater's own value learns sixteen times as fast. */
  learningRate?: number;
  /** Default: 200. */
  iterations?: number;
}

/**
 * A small network from the image and a rater's masks to that rater's expertness map, the same network for every rater: it
 * learns what a mask to be trusted looks like, on this image and beside the masks of the others.
 *
 * It sees image ⊕ masks ⊕ (masks − mean vote) at half size, has three convolutions of stride 2 with ReLU, and gives one
 * value for the whole case (from the mean over places) plus a coarse map, drawn at full size bilinearly. Both start at 0.
 */
export function amortised(options: AmortisedOptions = {}): SharedForm {
  checkOptions('amortised', options, ['identity', 'width', 'learningRate', 'iterations']);
  const { identity = true, width = 12, learningRate = 3e-3, iterations = 200 } = options;
  checkBoolean('amortised', 'identity', identity);
  checkInteger('amortised', 'width', width, 1);
  checkFit('amortised', { learningRate, iterations });
  return {
    name: 'amortised',
    options: { identity, width },
    named: identity,
    seesImage: true,
    learningRate,
    iterations,
    create({ imageChannels, structures, raters }, seed) {
      const channels = [imageChannels + 2 * structures, width, width, width];
      const filters = tf.tidy(() =>
        [0, 1, 2].map((layer) => {
          const [from, to] = [channels[layer]!, channels[layer + 1]!];
          const values = normalValues(9 * from * to, Math.sqrt(2 / (9 * from)), streamSeed(seed, layer));
          return tf.variable(tf.tensor4d(values, [3, 3, from, to]));
        }),
      );
      const zeros = (shape: number[]) => tf.tidy(() => tf.variable(tf.zeros(shape)));
      const biases = [0, 1, 2].map(() => zeros([width]));
      const whole = zeros([width, 1]);
      const local = zeros([width, 1]);
      const own = identity ? [zeros([1, 1, 1, raters])] : [];
      const variables = [...filters, ...biases, whole, local, ...own];
      return {
        variables,
        rates: variables.map((variable) => (variable === own[0] ? 16 : 1)),
        logits: (batch) =>
          tf.tidy(() => {
            const { size, height, width: columns } = batch;
            const many = batch.raters.length;
            let x: Tensor4D = eachRater(batch);
            filters.forEach((filter, layer) => {
              x = tf.relu(tf.add<Tensor4D>(tf.conv2d(x, filter as Tensor4D, 2, 'same'), biases[layer]!));
            });
            const [, rows, across] = x.shape;
            const value = tf.matMul(tf.mean<Tensor2D>(x, [1, 2]), whole as unknown as Tensor2D); // BR·1
            const coarse = tf.matMul(tf.reshape<Rank.R2>(x, [-1, width]), local as unknown as Tensor2D);
            const map = enlarge(tf.reshape(coarse, [size * many, rows, across]), height, columns);
            const maps = tf.transpose(tf.reshape(map, [size, many, height * columns]), [0, 2, 1]);
            const both = tf.add(tf.reshape(value, [size, 1, many]), maps);
            const logits = tf.reshape<Rank.R4>(both, [size, height * columns, 1, many]);
            return own[0] ? tf.add(logits, own[0]) : logits;
          }),
        dispose: () => tf.dispose(variables),
      };
    },
  };
}

/** Image ⊕ masks ⊕ (masks − mean vote) of every rater of every case, [B · raters, H / 2, W / 2, C + 2 · structures]. */
function eachRater(batch: CaseBatch): Tensor4D {
  const { size, height, width, structures, raters, image, annotations } = batch;
  const many = raters.length;
  const perRater = (x: Tensor) =>
    tf.reshape<Rank.R4>(tf.transpose(x, [0, 3, 1, 2]), [size * many, height, width, structures.length]);
  const away = tf.mul(tf.sub(annotations, meanVote(batch)), batch.present);
  const whose = Int32Array.from({ length: size * many }, (_, i) => Math.floor(i / many));
  const pictures = tf.gather(image, tf.tensor1d(whose, 'int32'));
  const parts = image.shape[3] ? [pictures] : [];
  const all = tf.concat([...parts, perRater(annotations), perRater(away)], 3) as Tensor4D;
  return Math.min(height, width) < 2 ? all : tf.avgPool(all, 2, 2, 'same');
}

/** Maps [M, h, w] drawn at height × width, bilinearly, as two products with fixed matrices: every engine has the gradient. */
function enlarge(maps: Tensor, height: number, width: number): Tensor {
  const [count, rows, columns] = maps.shape as [number, number, number];
  const flat = tf.reshape<Rank.R2>(maps, [count * rows, columns]);
  const wide = tf.reshape(tf.matMul(flat, bilinear(columns, width), false, true), [count, rows, width]);
  const rowsFirst = tf.reshape<Rank.R2>(tf.transpose(wide, [1, 0, 2]), [rows, count * width]);
  const high = tf.reshape(tf.matMul(bilinear(rows, height), rowsFirst), [height, count, width]);
  return tf.transpose(high, [1, 0, 2]);
}

/** [to, from]: how much of each coarse value a fine place takes, pixel centres aligned. */
function bilinear(from: number, to: number): Tensor2D {
  const shares = new Float32Array(to * from);
  for (let i = 0; i < to; i++) {
    const at = Math.min(Math.max(((i + 0.5) * from) / to - 0.5, 0), from - 1);
    const low = Math.min(Math.floor(at), Math.max(from - 2, 0));
    shares[i * from + low]! += 1 - (at - low);
    if (low + 1 < from) shares[i * from + low + 1]! += at - low;
  }
  return tf.tensor2d(shares, [to, from]);
}
