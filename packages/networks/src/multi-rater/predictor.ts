import type { Batch, Example, Forward, Task } from '@diff/train';
import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import type { Fusion } from './fusion.js';

export interface SampleOptions {
  /** How many samples. */
  count: number;
  /** Same seed, same samples. Default: 0. */
  seed?: number;
}

export interface FuseCaseOptions {
  /** The image as the network is to see it, of another size than the masks; what it says is brought to theirs. Default: the example's. */
  image?: Example['image'];
}

/** What a trained multi-rater network can be asked, in inference mode. The caller disposes of the results. */
export interface Predictor {
  /** Image [B, H, W, C] → mean probability [B, H, W, S] over raters or samples. */
  predict(image: tf.Tensor4D): tf.Tensor4D;
  /** Image → the probability of each rater's mask [B, H, W, S, R], where the method knows raters. */
  predictRaters?(image: tf.Tensor4D): tf.Tensor5D;
  /** Image → masks [count, B, H, W, S] as probabilities, drawn from the method's distribution, where it has one. */
  sample?(image: tf.Tensor4D, options: SampleOptions): tf.Tensor5D;
  /** The fusion of one case that its raters outlined, where the method fuses. */
  fuse?(example: Example, options?: FuseCaseOptions): Promise<Fusion>;
}

/** The model in inference mode. */
export const inference =
  (model: tfl.LayersModel): Forward =>
  (input) =>
    tf.tidy(() => model.apply(input, { training: false }) as tf.Tensor | tf.Tensor[]);

/** The logit of a probability, kept within ± 16. */
export const logitOf = (probability: tf.Tensor): tf.Tensor =>
  tf.tidy(() => {
    const p = tf.clipByValue(probability, 1e-7, 1 - 1e-7);
    return tf.sub(tf.log(p), tf.log(tf.sub(1, p)));
  });

/** A task that needs every rater's mask. `mean` is the mean probability, by the image network alone. */
export function raterTask(
  name: string,
  mean: (forward: Forward, batch: Required<Batch>) => tf.Tensor,
  loss: (forward: Forward, batch: Required<Batch>) => tf.Tensor,
): Task {
  return {
    name,
    diagnosed: false,
    raters: true,
    predict: (forward, batch) => tf.tidy(() => logitOf(mean(forward, batch as Required<Batch>))),
    loss: (forward, batch) => tf.tidy(() => loss(forward, batch as Required<Batch>) as tf.Scalar),
  };
}
