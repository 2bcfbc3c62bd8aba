import { checkFunction, checkInteger, checkOneOf, checkOptions } from '@diff/checks';
import { type Batch, bce, type Loss, releaseReferences, type Task } from '@diff/train';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { imageInput } from '../backbones/res-unet-features.js';
import { AtrousConv } from '../layers/atrous-conv.js';
import { Mirror } from '../layers/mirror.js';
import { plainOptions, type SegmentationOptions } from './segmentation-options.js';

type Symbolic = tfl.SymbolicTensor;

/** The options of `tnsCnn`. */
export interface TnsCnnOptions extends SegmentationOptions {
  /** How many views of the image the logits are the mean of: itself; and in a mirror; and upside down, both ways. Default: 2. */
  views?: 1 | 2 | 4;
}

/** Channels as multiples of the width and dilation. As a classifier of one patch the second, fourth and sixth have stride 2. */
const convolutions = [
  [1, 1],
  [1, 1],
  [2, 2],
  [2, 2],
  [4, 4],
  [4, 4],
  [8, 8],
] as const;

const mirrors = [
  { vertical: false, horizontal: false },
  { vertical: false, horizontal: true },
  { vertical: true, horizontal: false },
  { vertical: true, horizontal: true },
];

/**
 * TNSCNN (Ma et al. 2017) for thyroid nodules: a classifier of patches that says of each pixel whether it lies in the nodule, from the
 * 45 × 45 pixels around it, averaged over several views. Image [B, H, W, imageChannels] → logits [B, H, W, structures].
 *
 * No code was published. Chosen here: seven 3 × 3 convolutions with ReLU, three of them of stride 2, then 1 × 1; views are mirror
 * images. All patches of an image are classified at once: the network slides over it with dilation in the place of strides, which
 * is the same number for every pixel whose patch lies inside the image.
 *
 * @throws RangeError for an option out of range.
 */
export function tnsCnn(options: TnsCnnOptions = {}): tfl.LayersModel {
  const { width, seed, imageChannels, structures, size } = plainOptions('tnsCnn', options, ['views']);
  const { views = 2 } = options;
  checkOneOf('tnsCnn', 'views', views, [1, 2, 4]);
  const input = imageInput('tnsCnn', imageChannels, size, 1);
  const layers = convolutions.map(
    ([factor, rate], i) =>
      new AtrousConv({ name: `conv${i + 1}`, filters: factor * width, rate, seed: seed * 64 + i }),
  );
  const scores = new AtrousConv({
    name: 'scores',
    filters: structures,
    rate: 1,
    kernelSize: 1,
    seed: seed * 64 + 8,
  });
  const classify = (x: Symbolic, view: string) => {
    let y = x;
    for (const layer of layers)
      y = tfl.layers
        .activation({ name: `${view}.${layer.name}.relu`, activation: 'relu' })
        .apply(layer.apply(y)) as Symbolic;
    return scores.apply(y) as Symbolic;
  };
  const seen = mirrors.slice(0, views).map((mirror, i) => {
    if (i === 0) return classify(input, 'view1');
    const view = `view${i + 1}`;
    const turned = new Mirror({ name: `${view}.mirror`, ...mirror }).apply(input) as Symbolic;
    return new Mirror({ name: `${view}.back`, ...mirror }).apply(classify(turned, view)) as Symbolic;
  });
  const logits = views === 1 ? seen[0]! : (tfl.layers.average({ name: 'logits' }).apply(seen) as Symbolic);
  return releaseReferences(tfl.model({ inputs: input, outputs: logits, name: 'tnsCnn' }));
}

/** What `tnsCnnTask` takes. */
export interface TnsCnnTaskOptions {
  /** Of the drawn pixels, given as images of 1 × 1. Default: `bce()`. */
  loss?: Loss;
  /** Patches drawn from each image and structure: as many inside the mask as outside. Default: 128. */
  patches?: number;
}

/**
 * The loss of the classes of patches: for every image and structure half of `patches` centres are drawn inside the mask (at least ½) and
 * half outside, with the batch's random numbers, so that the nodule counts as much as all that is not. Where a mask is empty or full, all
 * are drawn from what there is.
 */
export function tnsCnnTask(options: TnsCnnTaskOptions = {}): Task {
  const who = 'tnsCnnTask';
  checkOptions(who, options, ['loss', 'patches']);
  const { loss = bce(), patches = 128 } = options;
  checkFunction(who, 'loss', loss);
  checkInteger(who, 'patches', patches, 2);
  return {
    name: 'tnsCnn',
    diagnosed: false,
    predict: (forward, { image }) => [forward(image)].flat()[0]!,
    loss: (forward, batch) =>
      tf.tidy(() => {
        const logits = [forward(batch.image)].flat()[0]!;
        const at = tf.tensor1d(drawCentres(batch, patches), 'int32');
        const drawn = (x: tf.Tensor) => tf.reshape(tf.gather(tf.reshape(x, [-1]), at), [-1, 1, 1, 1]);
        return loss(drawn(logits), drawn(batch.masks));
      }),
  };
}

/** Places in the masks, read as one line, that are centres of patches. */
export function drawCentres({ masks, random }: Batch, patches: number): Int32Array {
  const values = masks.dataSync();
  const [batch, height, width, structures] = masks.shape;
  const pixels = height * width;
  const centres: number[] = [];
  for (let b = 0; b < batch; b++)
    for (let s = 0; s < structures; s++) {
      const kinds: [number[], number[]] = [[], []];
      for (let p = 0; p < pixels; p++) {
        const at = (b * pixels + p) * structures + s;
        kinds[values[at]! >= 0.5 ? 1 : 0].push(at);
      }
      for (let i = 0; i < patches; i++) {
        const kind = kinds[i % 2]!.length ? kinds[i % 2]! : kinds[1 - (i % 2)]!;
        centres.push(kind[random.integer(kind.length)]!);
      }
    }
  return Int32Array.from(centres);
}
