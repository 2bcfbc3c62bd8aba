import { checkFunction, checkOptions, fail } from '@diff/checks';
import { type Batch, diceLoss, type Example, type Loss, type Task } from '@diff/train';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { plainBlocks } from '../backbones/plain-unet.js';
import { imageInput } from '../backbones/res-unet-features.js';
import { unetEncoder, unetUp } from '../backbones/unet.js';
import { checkDrawable, drawLike } from './drawn.js';
import { plainOptions, type SegmentationOptions } from './segmentation-options.js';

type Symbolic = tfl.SymbolicTensor;

/**
 * TRFE-Net (Gong et al. 2021) for thyroid nodules: a U-Net with two decoders, one for the gland, whose probability feeds back into
 * the other: at ½, ¼ and ⅛ of the size, shrunk by taking every other pixel, the nodule decoder's feature c becomes
 * c + c · gland. Image [B, H, W, imageChannels] → logits of the nodule [B, H, W, structures], then those of the gland
 * [B, H, W, 1]. Levels have 1, 2, 4, 8, 16 times `width` channels with batch norm.
 *
 * From the official code; weights start as those of the other networks here (He), not Xavier-normal. Weights of the release come over by
 * `importSegmentation`.
 *
 * @throws RangeError for a size that is no multiple of 16, or an option out of range.
 */
export function trfeNet(options: SegmentationOptions = {}): tfl.LayersModel {
  const { width, seed, imageChannels, structures, size } = plainOptions('trfeNet', options);
  const parts = plainBlocks(seed, 'batch');
  const input = imageInput('trfeNet', imageChannels, size, 16);
  const channels = [1, 2, 4, 8, 16].map((factor) => factor * width);
  const features = unetEncoder(input, 'encoder', channels, parts);
  const gland = parts.conv(unetUp(features, 'gland', parts, seed + 3), 'gland', 1);

  const sigmoid = tfl.layers.activation({ name: 'gland.probability', activation: 'sigmoid' });
  const gates: Symbolic[] = [sigmoid.apply(gland) as Symbolic];
  for (const i of [1, 2, 3]) {
    const every = tfl.layers.maxPooling2d({ name: `gland.gate${i}`, poolSize: 1, strides: 2 });
    gates.push(every.apply(gates[i - 1]!) as Symbolic);
  }
  const feedback = (x: Symbolic, level: number) => {
    if (level === 0) return x;
    const gated = tfl.layers.multiply({ name: `nodule.${level}.gated` }).apply([x, gates[level]!]);
    return tfl.layers.add({ name: `nodule.${level}.fed` }).apply([x, gated as Symbolic]) as Symbolic;
  };
  const nodule = unetUp(features, 'nodule', parts, seed + 5, feedback);
  const logits = parts.conv(nodule, 'logits', structures);
  return tfl.model({ inputs: input, outputs: [logits, gland], name: 'trfeNet' });
}

/** What `trfeNetTask` takes. */
export interface TrfeNetTaskOptions {
  /** Default: `diceLoss()`. */
  loss?: Loss;
  /** Images of the size of the batch's, whose first mask is the gland. As many as the batch has are drawn for every step. */
  glands?: readonly Example[];
}

/**
 * Loss of the nodule on the batch's images + 0.5 · loss of the gland on as many images with outlines of the gland, both in one pass,
 * as the official code interleaves them. Each image is judged by its own structure alone.
 *
 * Without `glands` it cannot be trained as published. Then the masks, united and widened by an eighth of the shorter side, stand in for the
 * gland: where to look. Chosen here.
 *
 * @throws RangeError where an image in `glands` has another size than the batch's.
 */
export function trfeNetTask(options: TrfeNetTaskOptions = {}): Task {
  const who = 'trfeNetTask';
  checkOptions(who, options, ['loss', 'glands']);
  const { loss = diceLoss(), glands } = options;
  checkFunction(who, 'loss', loss);
  if (glands !== undefined) checkDrawable(who, 'glands', glands);
  return {
    name: 'trfeNet',
    diagnosed: false,
    predict: (forward, { image }) => [forward(image)].flat()[0]!,
    loss: (forward, batch) =>
      tf.tidy(() => {
        const { image, masks } = batch;
        const [count] = image.shape;
        const others = glands ? drawLike(who, 'glands', glands, batch) : undefined;
        if (others && !others.mask) fail(who, 'an example of glands has no mask, expected the gland');
        const seen = others ? tf.concat([image, others.image]) : image;
        const [nodule, gland] = forward(seen) as [tf.Tensor, tf.Tensor];
        const part = (x: tf.Tensor, begin: number) => tf.slice(x, [begin, 0, 0, 0], [count, -1, -1, -1]);
        const ofGland = others ? loss(part(gland, count), others.mask!) : loss(gland, surroundings(batch));
        return tf.add(loss(part(nodule, 0), masks), tf.mul(0.5, ofGland)) as tf.Scalar;
      }),
  };
}

/** The masks' union, widened by an eighth of the shorter side. */
function surroundings({ masks }: Batch): tf.Tensor4D {
  const [, height, width] = masks.shape;
  const reach = Math.max(1, Math.round(Math.min(height, width) / 8));
  return tf.maxPool(tf.max(masks, 3, true) as tf.Tensor4D, 2 * reach + 1, 1, 'same');
}
