import { checkBoolean, checkInteger, checkOptions } from '@diff/checks';
import type { Rank, Tensor, Tensor3D, Variable } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import type { CaseBatch } from '../case-batch.js';
import { checkFit } from '../check-fit.js';
import { arctangentProduct } from '../composite-arctangent.js';
import { normalValues, streamSeed } from '../random.js';
import { meanVote } from './fuse-shared.js';
import type { SharedForm } from './shared-form.js';
import { structureCoordinates } from './structure-coordinates.js';

export interface PerPlaceOptions {
  /** Also see who marked the pixel, so that a rater may be followed against some of the others only. Default: false. */
  byPattern?: boolean;
  /** Layers, the last one included; at least 2. Default: 3. */
  layers?: number;
  /** Channels of a hidden layer; the activation doubles them for the next. Default: 16. */
  width?: number;
  /** Default: 0.01; the weight of a rater that is the same at every place learns ten times as fast. */
  learningRate?: number;
  /** Default: 100. */
  iterations?: number;
}

/**
 * A weight per rater and place, where a place is seen from the structure: centred on and scaled by the mean vote, so that
 * "the upper edge of the cup" is one place in all cases, and a rater may be followed at one side and not at the other.
 *
 * An `expG` that all cases share (1 × 1 convolutions and composite arctangents), without its bound, from the coordinates,
 * the structure, and the votes less their mean where `byPattern` is set, to one value per rater; plus one value per rater
 * that no place changes. The last layer and what reads the votes start at 0, so no rater is preferred by the seed.
 */
export function perPlace(options: PerPlaceOptions = {}): SharedForm {
  checkOptions('perPlace', options, ['byPattern', 'layers', 'width', 'learningRate', 'iterations']);
  const { byPattern = false, layers = 3, width = 16, learningRate = 0.01, iterations = 100 } = options;
  checkBoolean('perPlace', 'byPattern', byPattern);
  checkInteger('perPlace', 'layers', layers, 2);
  checkInteger('perPlace', 'width', width, 1);
  checkFit('perPlace', { learningRate, iterations });
  return {
    name: 'perPlace',
    options: { byPattern, layers, width },
    named: true,
    seesImage: false,
    learningRate,
    iterations,
    create({ structures, raters }, seed) {
      const seen = 2 + structures + (byPattern ? raters : 0);
      const weights: Variable<Rank.R3>[] = [];
      const biases: Variable<Rank.R3>[] = [];
      for (let layer = 0; layer < layers; layer++) {
        const from = layer === 0 ? seen : 2 * width;
        const to = layer === layers - 1 ? raters : width;
        const scale = layer === layers - 1 ? 0 : Math.sqrt(1 / (layer === 0 ? 2 : from));
        const values = normalValues(from * to, scale, streamSeed(seed, layer));
        if (layer === 0) values.fill(0, (2 + structures) * to);
        tf.tidy(() => {
          weights.push(tf.variable(tf.tensor3d(values, [1, from, to])));
          biases.push(tf.variable(tf.zeros<Rank.R3>([1, 1, to])));
        });
      }
      const variables = [...weights, ...biases];

      const features = (batch: CaseBatch): Tensor3D => {
        const places = batch.size * batch.height * batch.width * structures;
        const coordinates = structureCoordinates(batch);
        const none = tf.zerosLike(tf.slice(coordinates, [0, 0, 0, 0], [-1, -1, -1, 1]));
        const which = tf.add(none, tf.reshape(tf.eye(structures), [1, 1, structures, structures]));
        const parts: Tensor[] = [coordinates, which];
        if (byPattern) parts.push(tf.mul(tf.sub(batch.annotations, meanVote(batch)), batch.present));
        return tf.reshape<Rank.R3>(tf.concat(parts, 3), [1, places, seen]);
      };

      return {
        variables,
        rates: variables.map((variable) => (variable === biases.at(-1) ? 10 : 1)),
        logits: (batch) =>
          tf.tidy(() => {
            let x = tf.matMul<Tensor3D>(features(batch), weights[0]!);
            for (let layer = 1; layer < layers; layer++)
              x = arctangentProduct(x, biases[layer - 1]! as Tensor3D, weights[layer]! as Tensor3D);
            x = tf.add(x, biases.at(-1)!);
            return tf.reshape<Rank.R4>(x, [batch.size, batch.height * batch.width, structures, raters]);
          }),
        dispose: () => tf.dispose(variables),
      };
    },
  };
}
