import * as tfl from '@tensorflow/tfjs-layers';
import { type Backbone, checkNetwork } from '../backbones/backbone.js';
import { resUnetFeatures } from '../backbones/res-unet-features.js';
import type { UnetDecoderOptions } from '../layers/unet-decoder.js';
import type { SegmentationOptions } from './segmentation-options.js';

/** The options of `resUnet`; `filters` is 4 · `width` by default. */
export interface ResUnetOptions extends SegmentationOptions, Backbone, Pick<UnetDecoderOptions, 'filters'> {}

/**
 * Baseline-Seg, ResUnet (Yu et al. 2019): a ResNet encoder whose five levels feed a U-Net decoder. Image
 * [B, H, W, imageChannels] → logits [B, H, W, structures], one channel per structure; their sigmoid is the probability.
 *
 * @throws RangeError for a size that is no multiple of the coarsest stride (32 with the `imagenet` stem, 8 with
 * `cifar`), or an option out of range.
 */
export function resUnet(options: ResUnetOptions = {}): tfl.LayersModel {
  checkNetwork('resUnet', options, ['filters']);
  const { input, output } = resUnetFeatures('resUnet', options.structures ?? 1, options);
  return tfl.model({ inputs: input, outputs: output, name: 'resUnet' });
}
