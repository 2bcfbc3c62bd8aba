import * as tfl from '@tensorflow/tfjs-layers';
import { plainBlocks } from '../backbones/plain-unet.js';
import { imageInput } from '../backbones/res-unet-features.js';
import { layersFrom } from '../layers/torch-layers.js';
import { plainOptions, type SegmentationOptions } from './segmentation-options.js';

/**
 * JaccNet (Yuan, Chao & Lo 2017): a convolution–deconvolution network of 19 layers for skin lesions, trained by `jaccardLoss`. Image
 * [B, H, W, imageChannels] → logits [B, H, W, structures]. Down four levels of two 3 × 3 convolutions (1, 2, 4, 8 times `width`
 * channels) to a fifth of 8, up by a 2 × 2 deconvolution and a 3 × 3 convolution each, and a last layer: 8 + 2 + 8 + 1. There
 * are no skips.
 *
 * No code was published; how the 19 layers are spread over the levels was chosen here. The paper's thresholds (0.8 for a
 * seed, 0.5 for what grows from it) are not part of the network.
 *
 * @throws RangeError for a size that is no multiple of 16, or an option out of range.
 */
export function jaccNet(options: SegmentationOptions = {}): tfl.LayersModel {
  const { width, seed, imageChannels, structures, size } = plainOptions('jaccNet', options);
  const { block, pool, conv, relu } = plainBlocks(seed, 'batch');
  const { up } = layersFrom(seed);
  const input = imageInput('jaccNet', imageChannels, size, 16);
  const channels = [1, 2, 4, 8].map((factor) => factor * width);
  let x = input;
  for (const [i, filters] of channels.entries()) x = pool(block(x, `down${i}`, filters, 2), `down${i}`);
  x = block(x, 'bottom', 8 * width, 2);
  for (const [i, filters] of [...channels.entries()].reverse())
    x = block(relu(up(x, `up${i}.deconv`, filters), `up${i}.relu`), `up${i}`, filters, 1);
  return tfl.model({ inputs: input, outputs: conv(x, 'logits', structures), name: 'jaccNet' });
}
