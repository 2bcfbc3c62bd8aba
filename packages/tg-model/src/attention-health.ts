import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import { attentionInputs } from './attention-inputs.js';

/** Whether an attention does something. */
export interface AttentionHealth {
  /**
   * −Σ a log a / log M, the mean over images, heads and the query's tokens, in [0, 1]: 1 where all M tokens are looked at alike, so
   * that attention only averages; 0 where each token looks at one.
   */
  evenness: number;
  /** Root mean squares of the numbers in the feature that asks, in the one that answers, and in what the layer makes of them. */
  rms: { query: number; keyValue: number; output: number };
}

/**
 * Whether the attention of every Give and Take of a model does something, by the layer's name, on a batch of images. An even spread
 * tells that nothing is selected. With a residual the output of a Take is added to its keyValue, the decoder's feature: far smaller, the
 * layer is not heard; far larger, nothing else is.
 *
 * @throws RangeError if the model has no such layer.
 */
export function attentionHealth(model: tfl.LayersModel, input: tf.Tensor): Record<string, AttentionHealth> {
  return tf.tidy(() =>
    Object.fromEntries(
      attentionInputs('attentionHealth', model, input).map(({ layer, inputs }) => {
        const output = layer.call(inputs, { training: false });
        const [query, keyValue] = [inputs[0]!, inputs[1]!].map(rms);
        const evenness = evennessOf(layer.affinities(inputs));
        return [layer.name, { evenness, rms: { query: query!, keyValue: keyValue!, output: rms(output) } }];
      }),
    ),
  );
}

function evennessOf(affinities: tf.Tensor4D): number {
  const tokens = affinities.shape[3];
  if (tokens === 1) return 1;
  const entropy = tf.neg(tf.sum(tf.mul(affinities, tf.log(tf.maximum(affinities, 1e-30))), -1));
  return tf.mean(entropy).dataSync()[0]! / Math.log(tokens);
}

const rms = (x: tf.Tensor): number => tf.sqrt(tf.mean(tf.square(x))).dataSync()[0]!;
