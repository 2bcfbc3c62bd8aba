import type * as tfl from '@tensorflow/tfjs-layers';
import { layersFrom } from '../layers/torch-layers.js';
import type { PlainBlocks } from './plain-unet.js';

/** A U-Net's encoder (Ronneberger et al. 2015): two 3 × 3 convolutions per level, 2 × 2 maxima between. Finest level first. */
export function unetEncoder(
  input: tfl.SymbolicTensor,
  name: string,
  channels: readonly number[],
  { block, pool }: PlainBlocks,
): tfl.SymbolicTensor[] {
  const features: tfl.SymbolicTensor[] = [];
  for (const [i, filters] of channels.entries()) {
    const level = `${name}.${i}`;
    features.push(block(i ? pool(features[i - 1]!, level) : input, level, filters, 2));
  }
  return features;
}

/**
 * Its decoder: from the coarsest level upwards a 2 × 2 deconvolution beside the encoder's feature, then two 3 × 3 convolutions.
 *
 * @param after What becomes of a level's feature before it goes up. Default: it stays as it is.
 */
export function unetUp(
  features: readonly tfl.SymbolicTensor[],
  name: string,
  { block, concat }: PlainBlocks,
  seed: number,
  after: (x: tfl.SymbolicTensor, level: number) => tfl.SymbolicTensor = (x) => x,
): tfl.SymbolicTensor {
  const { up } = layersFrom(seed);
  let x = features.at(-1)!;
  for (let i = features.length - 2; i >= 0; i--) {
    const level = `${name}.${i}`;
    const filters = features[i]!.shape[3]!;
    const joined = concat([up(x, `${level}.up`, filters), features[i]!], level);
    x = after(block(joined, level, filters, 2), i);
  }
  return x;
}
