import type * as tfl from '@tensorflow/tfjs-layers';
import { Interleave } from '../layers/interleave.js';
import type { PlainBlocks } from './plain-unet.js';

/**
 * A dense deconvolution (Gao et al. 2017, pixel deconvolution): [B, H, W, C] → [B, 2H, 2W, filters]. Four 3 × 3 convolutions make
 * the four pixels that one becomes, each from the input and all those before it, so that neighbours know of each other; a plain
 * deconvolution makes them apart, which leaves a chequerboard. The maps are made in the order of the corners top left, bottom
 * right, top right, bottom left.
 */
export function denseDeconvolution(
  x: tfl.SymbolicTensor,
  name: string,
  filters: number,
  { concat, conv, relu }: PlainBlocks,
): tfl.SymbolicTensor {
  const maps: tfl.SymbolicTensor[] = [];
  for (let i = 0; i < 4; i++) {
    const seen = i ? concat([x, ...maps], `${name}.${i}`) : x;
    maps.push(relu(conv(seen, `${name}.conv${i}`, filters, 3), `${name}.relu${i}`));
  }
  const [topLeft, bottomRight, topRight, bottomLeft] = maps as [
    tfl.SymbolicTensor,
    tfl.SymbolicTensor,
    tfl.SymbolicTensor,
    tfl.SymbolicTensor,
  ];
  return new Interleave({ name }).apply([topLeft, topRight, bottomLeft, bottomRight]) as tfl.SymbolicTensor;
}
