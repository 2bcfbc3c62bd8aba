import { checkBoolean, checkOptions } from '@diff/checks';
import type { Rank, Tensor4D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { checkFit } from '../check-fit.js';
import type { SharedForm } from './shared-form.js';

export interface PerRaterOptions {
  /** Weights of its own for each structure. Default: false. */
  byStructure?: boolean;
  /** Default: 0.1. */
  learningRate?: number;
  /** Default: 80. */
  iterations?: number;
}

/** One weight per rater, the same at every place of every case: whom to trust, in as many numbers as there are raters. */
export function perRater(options: PerRaterOptions = {}): SharedForm {
  checkOptions('perRater', options, ['byStructure', 'learningRate', 'iterations']);
  const { byStructure = false, learningRate = 0.1, iterations = 80 } = options;
  checkBoolean('perRater', 'byStructure', byStructure);
  checkFit('perRater', { learningRate, iterations });
  return {
    name: 'perRater',
    options: { byStructure },
    named: true,
    seesImage: false,
    learningRate,
    iterations,
    create({ structures, raters }) {
      const start = tf.zeros<Rank.R4>([1, 1, byStructure ? structures : 1, raters]);
      const values = tf.variable(start);
      start.dispose();
      return {
        variables: [values],
        rates: [1],
        logits: () => tf.clone(values) as Tensor4D,
        dispose: () => values.dispose(),
      };
    },
  };
}
