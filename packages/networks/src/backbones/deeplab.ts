import * as tfl from '@tensorflow/tfjs-layers';
import { AtrousConv } from '../layers/atrous-conv.js';
import { Enlarge } from '../layers/enlarge.js';
import { TileOver } from '../layers/tile-over.js';
import { layersFrom } from '../layers/torch-layers.js';
import { mobileNetV2 } from './mobilenet-v2.js';

type Symbolic = tfl.SymbolicTensor;

export interface DeepLabOptions {
  width: number;
  seed: number;
  /** How many pixels of the image one pixel of the deepest feature spans. */
  outputStride: 8 | 16;
  /** Channels of the fine feature at `width` 64: 48 in DeepLabV3+. */
  low: number;
  /** Slope of the activation below 0. Default: 0, a ReLU. */
  leak?: number;
  /** Prefix of the layers' names, where a network has several. */
  prefix?: string;
  /** See `mobileNetV2`. Default: false. */
  torch?: boolean;
}

export interface DeepLab {
  /** Context ⊕ fine feature, at a quarter of the size. */
  joined: Symbolic;
  /** A 3 × 3 convolution with batch norm and activation, as the decoder has two. */
  block(x: Symbolic, name: string, filters: number): Symbolic;
  /** Channels of the context: 256 at `width` 64. */
  filters: number;
}

/**
 * DeepLabV3+ (Chen et al. 2018) on MobileNetV2, up to where context and fine feature meet. Context is atrous spatial pyramid pooling:
 * 1 × 1, three 3 × 3 convolutions of rates 6, 12, 18 and the mean over the image, side by side, to 4 · `width` channels; enlarged
 * bilinearly to a quarter of the image and put beside the fine feature, `low` channels of it. Without dropout.
 */
export function deepLab(input: Symbolic, options: DeepLabOptions): DeepLab {
  const { width, seed, outputStride, low, leak = 0, prefix = '', torch } = options;
  const features = mobileNetV2(input, { width, seed, outputStride, prefix, torch });
  const { conv, norm } = layersFrom(seed + 23, '', new Map());
  const filters = 4 * width;
  const active = (x: Symbolic, name: string) =>
    tfl.layers.leakyReLU({ name: `${name}.relu`, alpha: leak }).apply(norm(x, `${name}.bn`)) as Symbolic;
  const concat = (parts: Symbolic[], name: string) =>
    tfl.layers.concatenate({ name }).apply(parts) as Symbolic;

  const name = `${prefix}aspp`;
  const { high } = features;
  const branches = [active(conv(high, `${name}.1`, filters, 1), `${name}.1`)];
  for (const rate of [6, 12, 18]) {
    const own = `${name}.${rate}`;
    const layer = new AtrousConv({ name: own, filters, rate, useBias: false, seed: seed + rate });
    branches.push(active(layer.apply(high) as Symbolic, own));
  }
  const mean = tfl.layers.globalAveragePooling2d({ name: `${name}.mean` }).apply(high) as Symbolic;
  const pixel = tfl.layers
    .reshape({ name: `${name}.pixel`, targetShape: [1, 1, high.shape[3]!] })
    .apply(mean) as Symbolic;
  const known = active(conv(pixel, `${name}.image`, filters, 1), `${name}.image`);
  const vector = tfl.layers.flatten({ name: `${name}.vector` }).apply(known) as Symbolic;
  branches.push(new TileOver({ name: `${name}.tile` }).apply([vector, high]) as Symbolic);
  const context = active(conv(concat(branches, name), `${name}.project`, filters, 1), `${name}.project`);
  const factor = outputStride / 4;
  const raised = new Enlarge({ name: `${name}.up`, factor }).apply(context) as Symbolic;
  const narrow = Math.max(1, Math.round((low * width) / 64));
  const fine = active(conv(features.low, `${prefix}low`, narrow, 1), `${prefix}low`);
  return {
    joined: concat([raised, fine], `${prefix}joined`),
    block: (x, of, channels) => active(conv(x, `${prefix}${of}`, channels, 3), `${prefix}${of}`),
    filters,
  };
}
