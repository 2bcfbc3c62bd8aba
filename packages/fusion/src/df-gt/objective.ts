import { checkOneOf } from '@diff/checks';
import type { Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';

/** How right a diagnosis is; the smaller, the better. */
export type Objective = 'bce' | 'logit';

export function checkObjective(who: string, objective: unknown): asserts objective is Objective {
  checkOneOf(who, 'objective', objective, ['bce', 'logit'] as const);
}

/**
 * The objective of every case, [B, 1], from logits z and diagnoses y, both [B, 1].
 *
 * - `bce`: −y log σ(z) − (1 − y) log(1 − σ(z)), the paper's Eq. 3; settles once the diagnosis is right.
 * - `logit`: −z for the ill, +z for the healthy, as in the released code; never settles.
 */
export function diagnosisObjective(kind: Objective, logits: Tensor2D, diagnoses: Tensor2D): Tensor2D {
  checkOneOf('diagnosisObjective', 'kind', kind, ['bce', 'logit']);
  if (kind === 'logit') return tf.tidy(() => tf.mul(logits, tf.add(tf.mul(diagnoses, -2), 1)));
  // A gradient of its own: that of the usual stable form, max(z, 0) − z y + log(1 + e^−|z|), is wrong at z = 0.
  return tf.customGrad((x, save) => {
    const z = x as Tensor2D;
    (save as (tensors: tf.Tensor[]) => void)([z]);
    return {
      value: tf.tidy(() =>
        tf.add(tf.sub(tf.relu(z), tf.mul(z, diagnoses)), tf.log1p(tf.exp(tf.neg(tf.abs(z))))),
      ),
      gradFunc: (dy, saved) => tf.mul(dy, tf.sub(tf.sigmoid(saved[0]!), diagnoses)),
    };
  })(logits) as Tensor2D;
}
