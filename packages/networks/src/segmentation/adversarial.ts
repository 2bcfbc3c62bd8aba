import { type Batch, bce, type Forward, type Optimizer, type Rival } from '@diff/train';
import * as tf from '@tensorflow/tfjs-core';
import { type Drawable, drawLike } from './drawn.js';

/** A batch, once labelled and once from where there are no labels, as the network sees both. */
interface Domains {
  source: tf.Tensor[];
  target: tf.Tensor[];
}

/** Cross-entropy of a discriminator's logits against the domain that it should say, 1 for the source. */
export const said = (logits: tf.Tensor, domain: 0 | 1): tf.Scalar =>
  bce()(logits, tf.fill(logits.shape, domain));

/**
 * The images of the target domain for a batch: as many as it has, drawn from `target`, or, without it, the batch's own under other light,
 * contrast · (x − ½) + ½ + brightness, with contrast in [0.6, 1.4] and brightness in [−0.2, 0.2] of each image, cut to [0, 1].
 */
export function targetImages(
  who: string,
  target: readonly Drawable[] | undefined,
  batch: Batch,
): tf.Tensor4D {
  if (target) return drawLike(who, 'target', target, batch).image;
  const { image, random } = batch;
  const each = (low: number, high: number) =>
    tf.tensor4d(
      Array.from({ length: image.shape[0] }, () => random.uniform(low, high)),
      [image.shape[0], 1, 1, 1],
    );
  return tf.tidy(() => {
    const lit = tf.add(tf.add(tf.mul(each(0.6, 1.4), tf.sub(image, 0.5)), 0.5), each(-0.2, 0.2));
    return tf.clipByValue(lit, 0, 1) as tf.Tensor4D;
  });
}

/** What the network says of both domains, in one pass for each: batch norm then sees one domain at a time. */
export function bothDomains(forward: Forward, batch: Batch, target: tf.Tensor4D): Domains {
  return { source: forward(batch.image) as tf.Tensor[], target: forward(target) as tf.Tensor[] };
}

/**
 * Discriminators as one rival: the layers whose names begin with the names of `outputs` learn to say 1 of the source and 0 of the target, each from the
 * network's output of this number.
 */
export function discriminators(
  outputs: Readonly<Record<string, number>>,
  optimizer: Optimizer,
  draw: (batch: Batch) => tf.Tensor4D,
): Rival {
  const names = Object.keys(outputs);
  return {
    name: names.join(' and '),
    owns: (weight) => names.some((name) => weight.startsWith(`${name}.`)),
    optimizer,
    loss: (forward, batch) =>
      tf.tidy(() => {
        const { source, target } = bothDomains(forward, batch, draw(batch));
        const told = (output: number) => tf.add(said(source[output]!, 1), said(target[output]!, 0));
        return tf.addN(Object.values(outputs).map(told)) as tf.Scalar;
      }),
  };
}
