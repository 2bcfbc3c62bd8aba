import { checkBoolean } from '@diff/checks';
import * as tfl from '@tensorflow/tfjs-layers';
import { attentionGate } from '../backbones/attention-gate.js';
import { plainBlocks } from '../backbones/plain-unet.js';
import { imageInput } from '../backbones/res-unet-features.js';
import { plainOptions, type SegmentationOptions } from './segmentation-options.js';

export interface AtNetOptions extends SegmentationOptions {
  /** Whether skips are gated. `false` gives the plain U-Net of the same weights. Default: true. */
  gates?: boolean;
}

/**
 * ATNet (Zhao et al. 2021): an attention U-Net for disc and cup whose encoder was trained on other data before. Image
 * [B, H, W, imageChannels] → logits [B, H, W, structures]. Five levels of two 3 × 3 convolutions with batch norm, of 1, 2, 4, 8, 16
 * times `width` channels, maximum pooling between; every skip passes an `attentionGate` that the level below steers.
 *
 * No code was published; the paper's transfer is `carryOver(pretrained, network, 'encoder.')`.
 *
 * @throws RangeError for a size that is no multiple of 16, or an option out of range.
 */
export function atNet(options: AtNetOptions = {}): tfl.LayersModel {
  const { width, seed, imageChannels, structures, size } = plainOptions('atNet', options, ['gates']);
  const { gates = true } = options;
  checkBoolean('atNet', 'gates', gates);
  const channels = [1, 2, 4, 8, 16].map((factor) => factor * width);
  const parts = plainBlocks(seed, 'batch');
  const { block, pool, up, concat, conv } = parts;
  const input = imageInput('atNet', imageChannels, size, 16);
  const levels: tfl.SymbolicTensor[] = [];
  for (const [i, filters] of channels.entries()) {
    const name = `encoder.${i}`;
    levels.push(block(i ? pool(levels[i - 1]!, name) : input, name, filters, 2));
  }
  let x = levels[4]!;
  for (let i = 3; i >= 0; i--) {
    const name = `decoder.${i}`;
    const filters = channels[i]!;
    const skip = gates ? attentionGate(levels[i]!, x, name, filters, parts, seed + i) : levels[i]!;
    const raised = block(up(x, `${name}.raised`), `${name}.raised`, filters, 1);
    x = block(concat([skip, raised], name), name, filters, 2);
  }
  return tfl.model({ inputs: input, outputs: conv(x, 'logits', structures), name: 'atNet' });
}
