import { check, checkFunction, checkNumber, checkOptions } from '@diff/checks';
import { type Batch, type Loss, sgd, type Task } from '@diff/train';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { deepLab } from '../backbones/deeplab.js';
import { patchDiscriminator } from '../backbones/patch-discriminator.js';
import { plainBlocks } from '../backbones/plain-unet.js';
import { imageInput } from '../backbones/res-unet-features.js';
import { bothDomains, discriminators, said, targetImages } from './adversarial.js';
import { checkDrawable, type Drawable } from './drawn.js';
import { plainOptions, type SegmentationOptions } from './segmentation-options.js';

/**
 * pOSAL (Wang et al. 2019) for disc and cup across cameras: DeepLabV3+ on MobileNetV2, and a discriminator of patches that tells
 * predictions on labelled images from those on images of another domain. Image [B, H, W, imageChannels] → logits
 * [B, H, W, structures], then the discriminator's logits, one per patch, of their sigmoid.
 *
 * From the official code (output stride 8, 32 fine channels, leaky ReLUs), but without dropout and without weights from other data.
 *
 * @throws RangeError for a size that is no multiple of 8, or an option out of range.
 */
export function pOsal(options: SegmentationOptions = {}): tfl.LayersModel {
  const { width, seed, imageChannels, structures, size } = plainOptions('pOsal', options);
  const { conv, up } = plainBlocks(seed + 41);
  const input = imageInput('pOsal', imageChannels, size, 8);
  const { joined, block, filters } = deepLab(input, { width, seed, outputStride: 8, low: 32, leak: 0.2 });
  const x = block(block(joined, 'decoder.1', filters), 'decoder.2', filters);
  const logits = up(conv(x, 'scores', structures), 'logits', 4);
  const p = tfl.layers.activation({ name: 'probability', activation: 'sigmoid' }).apply(logits);
  const judged = patchDiscriminator(p as tfl.SymbolicTensor, 'discriminator', width, seed + 61);
  return tfl.model({ inputs: input, outputs: [logits, judged], name: 'pOsal' });
}

/** What `pOsalTask` takes. */
export interface POsalTaskOptions {
  /** Images of the domain without labels, of the batch's size. Default: the batch's own under other light, drawn anew each time. */
  target?: readonly Drawable[];
  /** Weight of each structure's Dice loss. Default: 0.4 and 0.6 for two (disc, cup), else alike with the sum 1. */
  weights?: readonly number[];
  /** Of the masks. Default: weighted Dice and smoothness, as published. */
  loss?: Loss;
  /** Weight of the adversarial loss. Default: 0.01. */
  adversarial?: number;
}

/**
 * The network lowers Σ weight · (1 − Dice) + smoothness on the labelled images, + `adversarial` · BCE of the discriminator's word
 * on target images against "labelled". The discriminator, a rival, lowers BCE against the truth on both (SGD 1e-5). Dice is
 * (2·Σpt + 1e-7) / (Σp² + Σt² + 1e-7) in each image. Smoothness is the mean over all pixels inside the border of
 * Σ |p − p'| over the four neighbours, where the mask is the same at all five.
 *
 * The official code updates the network by the two losses in turn, each at full weight; here both are one step. Without a `target`
 * nothing is learned about a real one.
 *
 * @throws RangeError where `weights` are not one per structure, or an image in `target` has another size than the batch's.
 */
export function pOsalTask(options: POsalTaskOptions = {}): Task {
  const who = 'pOsalTask';
  checkOptions(who, options, ['target', 'weights', 'loss', 'adversarial']);
  const { target, weights, loss, adversarial = 0.01 } = options;
  if (target !== undefined) checkDrawable(who, 'target', target);
  if (weights !== undefined) {
    const listed = Array.isArray(weights) && weights.length > 0;
    check(listed, who, 'weights', weights, 'an array of numbers', 'other');
    for (const [i, weight] of weights.entries()) checkNumber(who, `weights[${i}]`, weight, 0);
  }
  if (loss !== undefined) checkFunction(who, 'loss', loss);
  checkNumber(who, 'adversarial', adversarial, 0);
  const published: Loss = (logits, target) => {
    const masks = target as tf.Tensor4D;
    const count = masks.shape[3];
    const shares = weights ?? (count === 2 ? [0.4, 0.6] : Array<number>(count).fill(1 / count));
    check(shares.length === count, who, 'weights', weights, `${count} numbers, one per structure`);
    const p = tf.sigmoid(logits) as tf.Tensor4D;
    return tf.add(squaredDice(p, masks, shares), smoothness(p, masks));
  };
  const draw = (batch: Batch) => targetImages(who, target, batch);
  return {
    name: 'pOsal',
    diagnosed: false,
    predict: (forward, { image }) => [forward(image)].flat()[0]!,
    loss: (forward, batch) =>
      tf.tidy(() => {
        const { source, target: unlabelled } = bothDomains(forward, batch, draw(batch));
        const own = (loss ?? published)(source[0]!, batch.masks);
        return tf.add(own, tf.mul(adversarial, said(unlabelled[1]!, 1))) as tf.Scalar;
      }),
    rivals: [discriminators({ discriminator: 1 }, sgd({ learningRate: 1e-5, momentum: 0 }), draw)],
  };
}

function squaredDice(p: tf.Tensor4D, t: tf.Tensor4D, weights: readonly number[]): tf.Tensor {
  const over = (x: tf.Tensor) => tf.add(tf.sum(x, [1, 2]), 1e-7);
  const shared = over(tf.mul(2, tf.mul(p, t)));
  const dice = tf.div(shared, over(tf.add(tf.square(p), tf.square(t))));
  return tf.sum(tf.mul(tf.mean(tf.sub(1, dice), 0), tf.tensor1d([...weights])));
}

function smoothness(p: tf.Tensor4D, t: tf.Tensor4D): tf.Tensor {
  const [batch, height, width, count] = p.shape;
  const at = (x: tf.Tensor4D, y: number, across: number) =>
    tf.slice(x, [0, 1 + y, 1 + across, 0], [batch, height - 2, width - 2, count]);
  const beside = [
    [-1, 0],
    [1, 0],
    [0, -1],
    [0, 1],
  ] as const;
  const steps = beside.map(([y, x]) => tf.abs(tf.sub(at(p, 0, 0), at(p, y, x))));
  const same = beside.map(([y, x]) => tf.cast(tf.equal(at(t, 0, 0), at(t, y, x)), 'float32'));
  return tf.mean(
    tf.mul(
      tf.addN(steps),
      same.reduce((a, b) => tf.mul(a, b)),
    ),
  );
}
