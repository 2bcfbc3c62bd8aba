import { checkInteger } from '@diff/checks';
import * as tfl from '@tensorflow/tfjs-layers';
import { levelStrides, levels, resnetFeatures } from '../backbones/resnet.js';
import { type UnetDecoderOptions, unetDecoder } from '../layers/unet-decoder.js';
import type { SegmentationOptions } from './segmentation-options.js';

/** The options of `resUnet`; `filters` is 4 · `width` by default. */
export interface ResUnetOptions extends SegmentationOptions, Pick<UnetDecoderOptions, 'filters'> {}

/**
 * Baseline-Seg, ResUnet (Yu et al. 2019): a ResNet encoder whose five levels feed a U-Net decoder. Image
 * [B, H, W, imageChannels] → logits [B, H, W, structures], one channel a structure; their sigmoid is the probability.
 *
 * @throws RangeError for a size that is no multiple of the coarsest stride (32 with the `imagenet` stem, 8 with
 * `cifar`), or an option out of range.
 */
export function resUnet(options: ResUnetOptions = {}): tfl.LayersModel {
  const { imageChannels = 3, structures = 1, size, stem = 'imagenet', width = 64, seed = 0 } = options;
  const { filters = 4 * width } = options;
  checkInteger('resUnet', 'imageChannels', imageChannels, 1);
  const strides = levelStrides(stem);
  if (size?.some((side) => side % strides.B4))
    throw new RangeError(`resUnet: size is ${size.join(' × ')}, expected multiples of ${strides.B4}`);
  const input = tfl.input({ shape: [size?.[0] ?? null, size?.[1] ?? null, imageChannels], name: 'input' });
  const features = resnetFeatures(input, options);
  const outputs = unetDecoder(
    levels.map((name) => ({ name, tensor: features[name], stride: strides[name] })),
    { structures, filters, seed },
  );
  return tfl.model({ inputs: input, outputs, name: 'resUnet' });
}
