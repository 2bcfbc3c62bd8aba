import { checkInteger, checkNumber } from '@diff/checks';
import { releaseReferences, type Task } from '@diff/train';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { type PlainBlocks, plainBlocks, plainChannels, plainEncoder } from '../backbones/plain-unet.js';
import { imageInput } from '../backbones/res-unet-features.js';
import { levelStrides } from '../backbones/resnet.js';
import { bceByValue } from '../layers/bce-by-value.js';
import { GaussianSample } from '../layers/gaussian-sample.js';
import { TileOver } from '../layers/tile-over.js';
import { dense } from '../layers/torch-layers.js';
import { drawRater } from './draw-rater.js';
import { gaussianKl } from './gaussian.js';
import { type MultiRaterOptions, panelOf } from './multi-rater-options.js';
import { type Predictor, raterTask } from './predictor.js';
import { outlined } from './rater-loss.js';
import { normals, samplesOf } from './samples.js';

export interface ProbabilisticUnetOptions extends MultiRaterOptions {
  /** Resolutions of the U-Net and the encoders. Default: as deep as the stem's ResNet, 6 for `imagenet`, 4 for `cifar`. Paper: 7. */
  levels?: number;
  /** Dimensions of the latent space. Default: 6, as the paper. */
  latent?: number;
  /** β, the weight of KL(posterior ‖ prior) in the loss. Default: 1. */
  beta?: number;
}

function settingsOf(who: string, options: ProbabilisticUnetOptions) {
  const panel = panelOf(who, options, ['levels', 'latent', 'beta']);
  const { levels = Math.log2(levelStrides(options.stem).B4) + 1, latent = 6, beta = 1 } = options;
  checkInteger(who, 'levels', levels, 2);
  checkInteger(who, 'latent', latent, 1);
  checkNumber(who, 'beta', beta, 0);
  return { ...panel, levels, latent, beta };
}

/**
 * Probabilistic U-Net (Kohl et al. 2018): a U-Net whose last feature meets a latent vector z, which says whose opinion it is. Two
 * encoders give z a Gaussian: the prior from the image, the posterior from image ⊕ mask. [image, mask, noise] →
 * [logits of a z of the posterior, logits of a z of the prior, prior, posterior]; the Gaussians as μ and log σ [B, 2 · latent].
 *
 * Blocks of three convolutions with ReLU, mean pooling, bilinear upsampling, three 1 × 1 convolutions after z, as the official
 * code. `width` is the channels of the finest level (paper: 32; then ×2, ×4, ×6 …); `depth` plays no part.
 *
 * @throws RangeError for an option out of range, or a size that is no multiple of 2^(levels − 1).
 */
export function probabilisticUnet(options: ProbabilisticUnetOptions = {}): tfl.LayersModel {
  const who = 'probabilisticUnet';
  const { structures, levels, latent } = settingsOf(who, options);
  const { imageChannels = 3, size, width = 32, seed = 0 } = options;
  const channels = plainChannels(who, width, levels);
  const input = imageInput(who, imageChannels, size, 2 ** (levels - 1));
  const [height, breadth] = size ?? [null, null];
  const mask = tfl.input({ shape: [height, breadth, structures], name: 'mask' });
  const noise = tfl.input({ shape: [latent], name: 'noise' });
  const blocks = plainBlocks(seed);

  const gaussian = (x: tfl.SymbolicTensor, name: string, offset: number) => {
    const deepest = plainEncoder(x, name, channels, blocks).at(-1)!;
    const pooled = tfl.layers.globalAveragePooling2d({ name: `${name}.pool` }).apply(deepest);
    return dense(pooled as tfl.SymbolicTensor, name, 2 * latent, seed + offset);
  };
  const features = unetFeatures(input, channels, blocks);
  const prior = gaussian(input, 'prior', 1);
  const posterior = gaussian(blocks.concat([input, mask], 'drawn'), 'posterior', 2);
  const logits = (name: string, parameters: tfl.SymbolicTensor) => {
    const z = new GaussianSample({ name: `${name}.z` }).apply([parameters, noise]) as tfl.SymbolicTensor;
    const tiled = new TileOver({ name: `${name}.tile` }).apply([z, features]) as tfl.SymbolicTensor;
    let x = blocks.concat([features, tiled], name);
    for (const i of [1, 2, 3]) x = blocks.relu(blocks.conv(x, `combine.conv${i}`, width), `combine.relu${i}`);
    return blocks.conv(x, 'logits', structures);
  };
  const outputs = [logits('posterior', posterior), logits('prior', prior), prior, posterior];
  return releaseReferences(tfl.model({ inputs: [input, mask, noise], outputs, name: who }));
}

function unetFeatures(
  input: tfl.SymbolicTensor,
  channels: number[],
  blocks: PlainBlocks,
): tfl.SymbolicTensor {
  const [deepest, ...finer] = plainEncoder(input, 'unet', channels, blocks).reverse();
  return finer.reduce((below, skip, i) => {
    const name = `unet.decoder${i}`;
    return blocks.block(blocks.concat([blocks.up(below, name), skip], name), name, skip.shape[3]!);
  }, deepest!);
}

/**
 * The evidence bound: the binary cross-entropy, summed over pixels and averaged over images, of the mask of one random rater per
 * image and step, plus β · KL. For validation the mean of the prior stands for z.
 */
export function probabilisticUnetTask(options: ProbabilisticUnetOptions = {}): Task {
  const { beta, latent } = settingsOf('probabilisticUnetTask', options);
  return raterTask(
    'probabilisticUnet',
    (forward, { image }) => {
      const [b, h, w] = image.shape;
      const noMask = tf.zeros([b, h, w, options.structures ?? 1]);
      return tf.sigmoid((forward([image, noMask, tf.zeros([b, latent])]) as tf.Tensor[])[1]!);
    },
    (forward, batch) => {
      const mask = drawRater(batch);
      const noise = normals([mask.shape[0], latent], batch.random.normal);
      const [logits, , prior, posterior] = forward([batch.image, mask, noise]) as tf.Tensor[];
      const entropy = tf.mul(bceByValue(logits!, mask), outlined(batch.present));
      return tf.add(tf.div(tf.sum(entropy), mask.shape[0]), tf.mul(beta, gaussianKl(posterior!, prior!)));
    },
  );
}

/** Samples are masks for a z of the prior; the posterior is left out. */
export function probabilisticUnetPredictor(model: tfl.LayersModel): Predictor {
  const [image, , noise] = model.inputs as [tfl.SymbolicTensor, tfl.SymbolicTensor, tfl.SymbolicTensor];
  const byPrior = tfl.model({ inputs: [image, noise], outputs: model.outputs[1]! });
  const latent = noise.shape[1]!;
  return samplesOf('probabilisticUnet', (x, normal) =>
    tf.sigmoid(byPrior.predict([x, normals([x.shape[0], latent], normal)]) as tf.Tensor4D),
  );
}
