import type { Backbone } from '../backbones/resnet.js';

/** The options that every segmentation network takes. */
export interface SegmentationOptions extends Backbone {
  /** Channels of the image. Default: 3. */
  imageChannels?: number;
  /** Output channels, one per structure. Default: 1. */
  structures?: number;
  /** Height and width of the input, where they must be fixed. Without it any multiples of the coarsest stride will do. */
  size?: readonly [height: number, width: number];
}
