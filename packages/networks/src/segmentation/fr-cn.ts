import * as tfl from '@tensorflow/tfjs-layers';
import { plainBlocks } from '../backbones/plain-unet.js';
import { imageInput } from '../backbones/res-unet-features.js';
import { vgg16 } from '../backbones/vgg16.js';
import { plainOptions, type SegmentationOptions } from './segmentation-options.js';

/**
 * FrCN, the full-resolution convolutional network (Al-masni et al. 2018) for skin lesions: the 13 convolutions of VGG16
 * without its pooling, so that every feature map has the image's size, then two 1 × 1 convolutions in place of the fully
 * connected layers. Image [B, H, W, imageChannels] → logits [B, H, W, structures]; a pixel sees 27 × 27 pixels.
 *
 * No code was published. The 1 × 1 layers have 16 · `width` channels: VGG16's 4096 at every pixel of an image would take
 * gigabytes.
 *
 * @throws RangeError for an option out of range.
 */
export function frCn(options: SegmentationOptions = {}): tfl.LayersModel {
  const { width, seed, imageChannels, structures, size } = plainOptions('frCn', options);
  const { block, conv, relu } = plainBlocks(seed);
  const input = imageInput('frCn', imageChannels, size, 1);
  let x = input;
  for (const [i, [factor, convolutions]] of vgg16.entries())
    x = block(x, `block${i + 1}`, factor * width, convolutions);
  for (const name of ['fc6', 'fc7']) x = relu(conv(x, name, 16 * width), `${name}.relu`);
  return tfl.model({ inputs: input, outputs: conv(x, 'logits', structures), name: 'frCn' });
}
