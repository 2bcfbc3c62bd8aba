import { checkInteger, checkOptions, checkSeed } from '@diff/checks';
import { checkSize } from '../backbones/backbone.js';

/** The options that every segmentation network takes. */
export interface SegmentationOptions {
  /** Channels of the first layers; the others have multiples of it. The papers', and the default: 64. */
  width?: number;
  /** Of the initial weights. Default: 0. */
  seed?: number;
  /** Channels of the image. Default: 3. */
  imageChannels?: number;
  /** Output channels, one per structure. Default: 1. */
  structures?: number;
  /** Height and width of the input, where they must be fixed. Without it any multiples of the coarsest stride will do. */
  size?: readonly [height: number, width: number];
}

/** The options of a network that has no ResNet, with their defaults. @throws TypeError, RangeError. */
export function plainOptions(who: string, options: SegmentationOptions, more: readonly string[] = []) {
  checkOptions(who, options, ['width', 'seed', 'imageChannels', 'structures', 'size', ...more]);
  const { width = 64, seed = 0, imageChannels = 3, structures = 1, size } = options;
  for (const [name, value] of Object.entries({ width, imageChannels, structures }))
    checkInteger(who, name, value, 1);
  checkSeed(who, seed);
  checkSize(who, size);
  return { width, seed, imageChannels, structures, size };
}
