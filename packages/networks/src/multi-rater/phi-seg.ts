import { checkInteger } from '@diff/checks';
import { releaseReferences, type Task } from '@diff/train';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { type PlainBlocks, plainBlocks, plainChannels, plainEncoder } from '../backbones/plain-unet.js';
import { imageInput } from '../backbones/res-unet-features.js';
import { levelStrides } from '../backbones/resnet.js';
import { bceByValue } from '../layers/bce-by-value.js';
import { GaussianSample } from '../layers/gaussian-sample.js';
import { drawRater } from './draw-rater.js';
import { gaussianKl } from './gaussian.js';
import { type MultiRaterOptions, panelOf } from './multi-rater-options.js';
import { type Predictor, raterTask } from './predictor.js';
import { outlined } from './rater-loss.js';
import { normals, samplesOf } from './samples.js';

type Symbolic = tfl.SymbolicTensor;

export interface PhiSegOptions extends MultiRaterOptions {
  /** Resolutions of the encoders. Default: as deep as the stem's ResNet, 6 for `imagenet`, 4 for `cifar`. Paper: 7. */
  levels?: number;
  /** Levels that have a latent map. Default: `levels` − 2, as the paper. */
  latentLevels?: number;
}

/** Channels of each latent map, as the official code. */
const LATENT = 2;

function depths(who: string, options: PhiSegOptions) {
  panelOf(who, options, ['levels', 'latentLevels']);
  const { levels = Math.log2(levelStrides(options.stem).B4) + 1 } = options;
  checkInteger(who, 'levels', levels, 3);
  const { latentLevels = levels - 2 } = options;
  checkInteger(who, 'latentLevels', latentLevels, 1, levels - 2);
  return { levels, latentLevels };
}

/**
 * PHiSeg (Baumgartner et al. 2019): a hierarchy of latent maps z, each at half the resolution of the one before (the finest at a
 * quarter of the image), coarse ones first: z at a level depends on the encoder's feature there and on the coarser z. The posterior
 * sees image ⊕ (mask − ½), the prior the image. Each level's z gives logits; those of all coarser levels are added up to a
 * level's own.
 *
 * [image, mask, one noise map per level] → for each level, finest first, the summed logits of the posterior's z; the same of the
 * prior's; the priors given the posterior's z; the posteriors. Gaussians are μ and log σ [B, h, w, 4].
 *
 * As the official code: blocks of three convolutions with batch norm, mean pooling, bilinear upsampling. Differences: log σ in the
 * place of softplus, and a coarser z passes through two convolutions once per level in between. `width` is the channels of the
 * finest level (paper: 32); `depth` plays no part.
 *
 * @throws RangeError for an option out of range, or a size that is no multiple of 2^(levels − 1).
 */
export function phiSeg(options: PhiSegOptions = {}): tfl.LayersModel {
  const who = 'phiSeg';
  const { levels, latentLevels } = depths(who, options);
  const { imageChannels = 3, size, width = 32, seed = 0 } = options;
  const { structures = 1 } = options;
  const channels = plainChannels(who, width, levels);
  const input = imageInput(who, imageChannels, size, 2 ** (levels - 1));
  const [height, breadth] = size ?? [null, null];
  const mask = tfl.input({ shape: [height, breadth, structures], name: 'mask' });
  const noises = Array.from({ length: latentLevels }, (_, i) =>
    tfl.input({
      shape: [size ? size[0] / 2 ** (i + 2) : null, size ? size[1] / 2 ** (i + 2) : null, LATENT],
      name: `noise${i}`,
    }),
  );
  const blocks = plainBlocks(seed, 'batch');
  const drawn = blocks.concat([input, mask], 'drawn');
  const features = {
    prior: plainEncoder(input, 'prior', channels, blocks).slice(2),
    posterior: plainEncoder(drawn, 'posterior', channels, blocks).slice(2),
  };
  const hierarchy = (who: keyof typeof features, from: string, given?: Symbolic[]) =>
    latents(features[who], noises, who, from, width, blocks, given);
  // The prior's own draws first: a stored model makes shared layers anew in the order in which their inputs are there.
  const own = hierarchy('prior', 'own');
  const posterior = hierarchy('posterior', 'posterior');
  const prior = hierarchy('prior', 'given', posterior.z);
  const sampled = likelihood(own.z, 'sampled', structures, channels, blocks);
  const learned = likelihood(posterior.z, 'learned', structures, channels, blocks);
  const outputs = [...learned, ...sampled, ...prior.parameters, ...posterior.parameters];
  return releaseReferences(tfl.model({ inputs: [input, mask, ...noises], outputs, name: who }));
}

/** The latent maps and their Gaussians, finest first; with `given`, the Gaussians follow those maps in the place of own draws. */
function latents(
  features: Symbolic[],
  noises: Symbolic[],
  weights: string,
  from: string,
  width: number,
  blocks: PlainBlocks,
  given?: Symbolic[],
) {
  const z: Symbolic[] = [];
  const parameters: Symbolic[] = [];
  for (let i = noises.length - 1; i >= 0; i--) {
    const coarser = given?.[i + 1] ?? z[i + 1];
    const name = `${weights}.z${i}`;
    const joined = coarser
      ? blocks.concat(
          [features[i]!, blocks.block(blocks.up(coarser, name), `${name}.below`, width, 2)],
          `${name}.${from}`,
        )
      : features[i]!;
    parameters[i] = blocks.conv(blocks.block(joined, name, width, 2), `${name}.gaussian`, 2 * LATENT);
    z[i] = new GaussianSample({ name: `${from}.sample${i}` }).apply([parameters[i]!, noises[i]!]) as Symbolic;
  }
  return { z, parameters };
}

/** The summed logits of every level at the size of the image, finest first. */
function likelihood(
  z: Symbolic[],
  from: string,
  structures: number,
  channels: number[],
  { block, conv, up, concat }: PlainBlocks,
): Symbolic[] {
  const sums: Symbolic[] = [];
  let below: Symbolic | undefined;
  for (let i = z.length - 1; i >= 0; i--) {
    const name = `likelihood${i}`;
    const filters = channels[i]!;
    let x = block(z[i]!, name, filters, 2);
    for (const j of [1, 2]) x = block(up(x, `${name}.${j}`), `${name}.${j}`, filters, 1);
    if (below)
      x = block(concat([x, up(below, `${name}.below`)], `${name}.${from}`), `${name}.joined`, filters, 2);
    below = x;
    const logits = conv(x, `${name}.logits`, structures);
    const whole = i
      ? (tfl.layers
          .upSampling2d({ name: `${from}.whole${i}`, size: [2 ** i, 2 ** i] })
          .apply(logits) as Symbolic)
      : logits;
    const coarser = sums[i + 1];
    sums[i] = coarser
      ? (tfl.layers.add({ name: `${from}.sum${i}` }).apply([whole, coarser]) as Symbolic)
      : whole;
  }
  return sums;
}

const noiseMaps = ([b, h, w]: readonly number[], levels: number, normal: () => number) =>
  Array.from({ length: levels }, (_, i) =>
    normals([b!, h! / 2 ** (i + 2), w! / 2 ** (i + 2), LATENT], normal),
  );

/**
 * For the mask of one random rater per image and step: the binary cross-entropy, summed over pixels and averaged over images, of
 * the summed logits at every level, plus 4^level · KL(posterior ‖ prior) with level 0 the finest. For validation the means of
 * the priors stand for z.
 */
export function phiSegTask(options: PhiSegOptions = {}): Task {
  const { latentLevels: n } = depths('phiSegTask', options);
  return raterTask(
    'phiSeg',
    (forward, { image }) => {
      const [b, h, w] = image.shape;
      const noMask = tf.zeros([b, h, w, options.structures ?? 1]);
      const outputs = forward([image, noMask, ...noiseMaps(image.shape, n, () => 0)]) as tf.Tensor[];
      return tf.sigmoid(outputs[n]!);
    },
    (forward, batch) => {
      const mask = drawRater(batch);
      const noise = noiseMaps(batch.image.shape, n, batch.random.normal);
      const outputs = forward([batch.image, tf.sub(mask, 0.5), ...noise]) as tf.Tensor[];
      const there = outlined(batch.present);
      const levels = Array.from({ length: n }, (_, i) => {
        const entropy = tf.sum(tf.mul(bceByValue(outputs[i]!, mask), there));
        const kl = gaussianKl(outputs[3 * n + i]!, outputs[2 * n + i]!);
        return tf.add(tf.div(entropy, mask.shape[0]), tf.mul(4 ** i, kl));
      });
      return tf.addN(levels);
    },
  );
}

/** Samples are masks for z of the prior alone; the posterior is left out. */
export function phiSegPredictor(model: tfl.LayersModel): Predictor {
  const [image, , ...noises] = model.inputs as Symbolic[];
  const n = noises.length;
  const byPrior = tfl.model({ inputs: [image!, ...noises], outputs: model.outputs[n]! });
  return samplesOf('phiSeg', (x, normal) =>
    tf.sigmoid(byPrior.predict([x, ...noiseMaps(x.shape, n, normal)]) as tf.Tensor4D),
  );
}
