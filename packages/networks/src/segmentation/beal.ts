import { checkFunction, checkInteger, checkNumber, checkOptions } from '@diff/checks';
import { type Batch, bce, type Loss, sgd, type Task } from '@diff/train';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { deepLab } from '../backbones/deeplab.js';
import { patchDiscriminator } from '../backbones/patch-discriminator.js';
import { plainBlocks } from '../backbones/plain-unet.js';
import { imageInput } from '../backbones/res-unet-features.js';
import { Enlarge } from '../layers/enlarge.js';
import { EntropyMap } from '../layers/entropy-map.js';
import { layersFrom } from '../layers/torch-layers.js';
import { bothDomains, discriminators, said, targetImages } from './adversarial.js';
import { boundaryOf } from './boundary.js';
import { checkDrawable, type Drawable } from './drawn.js';
import { plainOptions, type SegmentationOptions } from './segmentation-options.js';

type Symbolic = tfl.SymbolicTensor;

/**
 * BEAL (Wang et al. 2019) for disc and cup across cameras: DeepLabV3+ on MobileNetV2 with a branch for the structures' boundary, which
 * the masks are predicted from too, and two discriminators that tell labelled images from those of another domain, by the boundary and by
 * the entropy map. Image [B, H, W, imageChannels] → logits [B, H, W, structures]; logits of the boundary [B, H, W, 1]; the
 * discriminators' logits, one per patch, of the boundary's probability and of −p · log p of every structure.
 *
 * From the official code (output stride 16; the boundary by two 3 × 3 convolutions, the masks by a batch norm and a 1 × 1
 * convolution), but without dropout; weights of the release come over by `importSegmentation`.
 *
 * @throws RangeError for a size that is no multiple of 16, or an option out of range.
 */
export function beal(options: SegmentationOptions = {}): tfl.LayersModel {
  const { width, seed, imageChannels, structures, size } = plainOptions('beal', options);
  const { conv, concat, relu } = plainBlocks(seed + 43);
  const { norm } = layersFrom(seed);
  const input = imageInput('beal', imageChannels, size, 16);
  const { joined, block, filters } = deepLab(input, {
    ...{ width, seed, outputStride: 16, low: 48, torch: true },
  });
  const edge = conv(block(block(joined, 'boundary.1', filters), 'boundary.2', filters), 'boundary.scores', 1);
  const both = relu(norm(concat([joined, edge], 'masks'), 'masks.bn'), 'masks.relu');
  const up = (x: Symbolic, name: string) =>
    new Enlarge({ name: `${name}.up`, factor: 4 }).apply(x) as Symbolic;
  const logits = up(conv(both, 'scores', structures), 'logits');
  const boundary = up(edge, 'boundary');
  const sigmoid = tfl.layers.activation({ name: 'boundary.probability', activation: 'sigmoid' });
  const entropy = new EntropyMap({ name: 'entropy' }).apply(logits) as Symbolic;
  const judge = (x: Symbolic, name: string) => patchDiscriminator(x, name, width, seed + name.length);
  const judged = [
    judge(sigmoid.apply(boundary) as Symbolic, 'boundaryDiscriminator'),
    judge(entropy, 'entropyDiscriminator'),
  ];
  return tfl.model({ inputs: input, outputs: [logits, boundary, ...judged], name: 'beal' });
}

/** What `bealTask` takes. */
export interface BealTaskOptions {
  /** Images of the domain without labels, of the batch's size. Default: the batch's own under other light, drawn anew each time. */
  target?: readonly Drawable[];
  /** Of the masks. Default: `bce()`. */
  loss?: Loss;
  /** Weight of the adversarial losses. Default: 0.01. */
  adversarial?: number;
  /** Pixels by which masks are dilated and eroded to make the boundary. Default: 5, for images of 512 pixels. */
  boundaryWidth?: number;
  /** Pixels of the Gaussian that blurs the boundary. Default: 3. */
  boundarySigma?: number;
}

/**
 * The network lowers BCE of the masks + mean squared error of the boundary's probability on the labelled images, + `adversarial` · BCE
 * of both discriminators' words on target images against "labelled". The discriminators, a rival, lower BCE against the
 * truth on both domains (SGD 2.5e-5, momentum 0.99, decay 5e-4).
 *
 * As the official code, but for its warm-up of ten epochs without the adversarial part. Without a `target` nothing is learned about
 * a real one.
 *
 * @throws RangeError where an image in `target` has another size than the batch's.
 */
export function bealTask(options: BealTaskOptions = {}): Task {
  const who = 'bealTask';
  checkOptions(who, options, ['target', 'loss', 'adversarial', 'boundaryWidth', 'boundarySigma']);
  const { target, loss = bce(), adversarial = 0.01, boundaryWidth = 5, boundarySigma = 3 } = options;
  if (target !== undefined) checkDrawable(who, 'target', target);
  checkFunction(who, 'loss', loss);
  checkNumber(who, 'adversarial', adversarial, 0);
  checkInteger(who, 'boundaryWidth', boundaryWidth, 1);
  checkNumber(who, 'boundarySigma', boundarySigma, 0);
  const draw = (batch: Batch) => targetImages(who, target, batch);
  const optimizer = sgd({ learningRate: 2.5e-5, momentum: 0.99, weightDecay: 5e-4 });
  return {
    name: 'beal',
    diagnosed: false,
    predict: (forward, { image }) => [forward(image)].flat()[0]!,
    loss: (forward, batch) =>
      tf.tidy(() => {
        const { masks } = batch;
        const { source, target: unlabelled } = bothDomains(forward, batch, draw(batch));
        const edge = boundaryOf(masks, boundaryWidth, boundarySigma);
        const fooled = tf.add(said(unlabelled[2]!, 1), said(unlabelled[3]!, 1));
        return tf.addN([
          loss(source[0]!, masks),
          tf.mean(tf.squaredDifference(tf.sigmoid(source[1]!), edge)),
          tf.mul(adversarial, fooled),
        ]) as tf.Scalar;
      }),
    rivals: [discriminators({ boundaryDiscriminator: 2, entropyDiscriminator: 3 }, optimizer, draw)],
  };
}
