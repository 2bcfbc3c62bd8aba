import * as tfl from '@tensorflow/tfjs-layers';
import { plainBlocks } from '../backbones/plain-unet.js';
import { imageInput } from '../backbones/res-unet-features.js';
import { AtrousConv } from '../layers/atrous-conv.js';
import { plainOptions, type SegmentationOptions } from './segmentation-options.js';

type Symbolic = tfl.SymbolicTensor;

/** How far apart the taps of the dilated convolutions are, one after the other. */
const rates = [1, 2, 4, 8];

/**
 * MPCNN, the multi-prong network (Kumar et al. 2020) for nodule, cyst and gland in ultrasound: one trunk, whose deepest feature passes
 * dilated convolutions, and one prong of its own for every structure. Image [B, H, W, imageChannels] → logits [B, H, W, structures].
 *
 * No code was published. Chosen here: a trunk of three levels of two 3 × 3 convolutions with batch norm, of 1, 2, 4 times `width`
 * channels; a stage of dilated convolutions with rates 1, 2, 4, 8 one after the other, all of them added up; prongs that are the decoders of
 * a U-Net. With one structure there is one prong.
 *
 * @throws RangeError for a size that is no multiple of 4, or an option out of range.
 */
export function mpCnn(options: SegmentationOptions = {}): tfl.LayersModel {
  const { width, seed, imageChannels, structures, size } = plainOptions('mpCnn', options);
  const { block, concat, conv, pool, relu, up } = plainBlocks(seed, 'batch');
  const input = imageInput('mpCnn', imageChannels, size, 4);
  const trunk: Symbolic[] = [];
  for (const [i, factor] of [1, 2, 4].entries()) {
    const name = `trunk.${i}`;
    trunk.push(block(i ? pool(trunk[i - 1]!, name) : input, name, factor * width, 2));
  }

  let x = trunk[2]!;
  const reached = [x];
  for (const rate of rates) {
    const name = `dilated.${rate}`;
    const layer = new AtrousConv({ name, filters: 4 * width, rate, seed: seed + 31 * rate });
    x = relu(layer.apply(x) as Symbolic, `${name}.relu`);
    reached.push(x);
  }
  const context = tfl.layers.add({ name: 'dilated' }).apply(reached) as Symbolic;

  const prongs = Array.from({ length: structures }, (_, structure) => {
    let y = context;
    for (const i of [1, 0]) {
      const name = `prong.${structure}.${i}`;
      y = block(concat([trunk[i]!, up(y, name)], name), name, trunk[i]!.shape[3]!, 2);
    }
    return conv(y, `logits.${structure}`, 1);
  });
  const logits = structures > 1 ? concat(prongs, 'logits') : prongs[0]!;
  return tfl.model({ inputs: input, outputs: logits, name: 'mpCnn' });
}
