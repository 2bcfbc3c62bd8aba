import * as tfl from '@tensorflow/tfjs-layers';
import { plainBlocks } from '../backbones/plain-unet.js';
import { imageInput } from '../backbones/res-unet-features.js';
import { vgg16 } from '../backbones/vgg16.js';
import { plainOptions, type SegmentationOptions } from './segmentation-options.js';

type Symbolic = tfl.SymbolicTensor;

/**
 * iFCN, the improved fully convolutional network (Öztürk & Özkaya 2020) for skin lesions: VGG16's convolutions with batch norm, and
 * FCN's added skips at every level up to the image's own size, each refined by a residual block, so that edges come from where they
 * are sharp. Image [B, H, W, imageChannels] → logits [B, H, W, structures], without any processing before or after.
 *
 * No code was published; the abstract says "to support the residual structure of the FCN with spatial information". Chosen here: skips of
 * `width` channels (1 × 1) from all five blocks, bilinear enlargement, residual blocks of two 3 × 3 convolutions.
 *
 * @throws RangeError for a size that is no multiple of 16, or an option out of range.
 */
export function iFcn(options: SegmentationOptions = {}): tfl.LayersModel {
  const { width, seed, imageChannels, structures, size } = plainOptions('iFcn', options);
  const { block, conv, pool, relu, up } = plainBlocks(seed, 'batch');
  const add = (x: Symbolic, y: Symbolic, name: string) => tfl.layers.add({ name }).apply([x, y]) as Symbolic;
  const input = imageInput('iFcn', imageChannels, size, 16);
  const encoded: Symbolic[] = [];
  for (const [i, [factor, convolutions]] of vgg16.entries()) {
    const name = `block${i + 1}`;
    encoded.push(block(i ? pool(encoded[i - 1]!, name) : input, name, factor * width, convolutions));
  }
  let x: Symbolic | undefined;
  for (let i = 4; i >= 0; i--) {
    const name = `spatial${i + 1}`;
    const skip = conv(encoded[i]!, `${name}.skip`, width);
    x = x ? add(skip, up(x, name), `${name}.add`) : skip;
    const refined = conv(relu(conv(x, `${name}.conv1`, width, 3), `${name}.relu`), `${name}.conv2`, width, 3);
    x = add(x, refined, `${name}.residual`);
  }
  return tfl.model({ inputs: input, outputs: conv(x!, 'logits', structures), name: 'iFcn' });
}
