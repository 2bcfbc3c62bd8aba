import * as tfl from '@tensorflow/tfjs-layers';
import { checkNetwork } from '../backbones/backbone.js';
import type { Backbone } from '../backbones/resnet.js';
import { Channels } from '../layers/channels.js';

/** The options that every diagnosis network takes. */
export interface DiagnosisOptions extends Backbone {
  /** C, the channels of the image. Default: 3. */
  imageChannels?: number;
  /** S, the channels of the mask: one per structure. Default: 1. */
  structures?: number;
  /** Height and width of the input, where they must be fixed; any size otherwise. */
  size?: readonly [height: number, width: number];
}

/** The input image ⊕ mask, [B, H, W, C + S], and its two parts; checks the options, `more` by their names alone. */
export function imageAndMask(where: string, options: DiagnosisOptions, more: readonly string[] = []) {
  checkNetwork(where, options, more);
  const { imageChannels = 3, structures = 1, size } = options;
  const input = tfl.input({
    shape: [size?.[0] ?? null, size?.[1] ?? null, imageChannels + structures],
    name: 'input',
  });
  const part = (name: string, start: number, count: number) =>
    new Channels({ name, start, count }).apply(input) as tfl.SymbolicTensor;
  return {
    input,
    image: () => part('image', 0, imageChannels),
    mask: () => part('mask', imageChannels, structures),
  };
}
