import type { Loss, Task } from '@diff/train';
import * as tfl from '@tensorflow/tfjs-layers';
import { type Backbone, checkNetwork } from '../backbones/backbone.js';
import { denseDeconvolution } from '../backbones/dense-deconvolution.js';
import { type PlainBlocks, plainBlocks } from '../backbones/plain-unet.js';
import { imageInput } from '../backbones/res-unet-features.js';
import { levelStrides, levels, resnetFeatures } from '../backbones/resnet.js';
import type { SegmentationOptions } from './segmentation-options.js';
import { sideOutputsTask } from './side-outputs.js';

type Symbolic = tfl.SymbolicTensor;

/** The options of `ddn`. */
export interface DdnOptions extends SegmentationOptions, Backbone {}

/**
 * DDN, the dense deconvolutional network (Li et al. 2018) for skin lesions: a ResNet whose levels are refined by chained residual
 * pooling and joined from coarse to fine by `denseDeconvolution`, up to the image's size. Image [B, H, W, imageChannels] → logits of the
 * prediction [B, H, W, structures], then those of the side outputs of the levels B4, B3, B2, B1 that supervise them.
 *
 * No code was published. Chosen here: `width` channels at every level of the decoder, chains of two poolings of 5 × 5 as in
 * RefineNet (Lin et al. 2017), features added, side outputs by 1 × 1 convolutions and bilinear enlargement.
 *
 * @throws RangeError for a size that is no multiple of the coarsest stride (32 with the `imagenet` stem, 8 with `cifar`), or an
 * option out of range.
 */
export function ddn(options: DdnOptions = {}): tfl.LayersModel {
  checkNetwork('ddn', options);
  const { imageChannels = 3, structures = 1, size, stem = 'imagenet', width = 64, seed = 0 } = options;
  const strides = levelStrides(stem);
  const input = imageInput('ddn', imageChannels, size, strides.B4);
  const features = resnetFeatures(input, options);
  const parts = plainBlocks(seed + 17);
  const { conv, up } = parts;
  const add = (x: Symbolic, y: Symbolic, name: string) => tfl.layers.add({ name }).apply([x, y]) as Symbolic;

  let x: Symbolic | undefined;
  let stride: number = strides.B4;
  const sides: Symbolic[] = [];
  for (const level of [...levels].reverse()) {
    const name = `decoder.${level}`;
    const own = conv(features[level], `${name}.skip`, width, 3);
    const below = x && stride > strides[level] ? denseDeconvolution(x, `${name}.up`, width, parts) : x;
    stride = strides[level];
    x = chainedPooling(below ? add(own, below, `${name}.add`) : own, name, width, parts);
    if (level === 'stem') break;
    const side = conv(x, `side.${level}`, structures);
    sides.push(stride > 1 ? up(side, `side.${level}`, stride) : side);
  }
  if (stride > 1) x = denseDeconvolution(x!, 'decoder.image.up', width, parts);
  return tfl.model({ inputs: input, outputs: [conv(x!, 'logits', structures), ...sides], name: 'ddn' });
}

/** x + Σ of a chain of maximum (5 × 5, stride 1) and convolution, each of what the one before made, after a ReLU. */
function chainedPooling(x: Symbolic, name: string, filters: number, { conv, relu }: PlainBlocks): Symbolic {
  const first = relu(x, `${name}.crp.relu`);
  const chain = [first];
  let last = first;
  for (const i of [1, 2]) {
    const pooled = tfl.layers
      .maxPooling2d({ name: `${name}.crp.pool${i}`, poolSize: 5, strides: 1, padding: 'same' })
      .apply(last) as Symbolic;
    last = conv(pooled, `${name}.crp.conv${i}`, filters, 3);
    chain.push(last);
  }
  return tfl.layers.add({ name: `${name}.crp` }).apply(chain) as Symbolic;
}

/** Hierarchical supervision: the loss, cross-entropy by default, of the prediction, and half of it for each side output. */
export function ddnTask(options: { loss?: Loss } = {}): Task {
  return sideOutputsTask('ddnTask', [1, 0.5, 0.5, 0.5, 0.5], options);
}
