import * as tf from '@tensorflow/tfjs-core';
import type { Loss } from './loss.js';

/** Σ weight · loss. */
export function sumOfLosses(...terms: readonly (readonly [weight: number, loss: Loss])[]): Loss {
  return (logits, target) =>
    tf.tidy(() => tf.addN(terms.map(([weight, loss]) => tf.mul(weight, loss(logits, target)))) as tf.Scalar);
}
