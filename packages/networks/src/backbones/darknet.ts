import * as tfl from '@tensorflow/tfjs-layers';
import { layersFrom } from '../layers/torch-layers.js';

type Symbolic = tfl.SymbolicTensor;

/** Residual blocks of each stage. */
const stages = [1, 2, 8, 8, 4];

/**
 * DarkNet-53 (Redmon & Farhadi 2018) without its classifier: a 3 × 3 convolution of `width` / 2 channels, then five stages, each a 3 × 3
 * convolution of stride 2 to twice the channels and residual blocks of 1 × 1 to half of them and 3 × 3 back. All convolutions have batch norm
 * and a leaky ReLU (0.1). [B, H, W, C] → [B, H / 32, W / 32, 16 · `width`].
 */
export function darkNet(input: Symbolic, { width, seed }: { width: number; seed: number }): Symbolic {
  const { conv, norm, add } = layersFrom(seed, '', new Map());
  const leaky = (x: Symbolic, name: string, filters: number, kernelSize: number, strides = 1) =>
    tfl.layers
      .leakyReLU({ name: `${name}.relu`, alpha: 0.1 })
      .apply(norm(conv(x, name, filters, kernelSize, strides), `${name}.bn`)) as Symbolic;
  const base = Math.max(1, Math.floor(width / 2));
  let x = leaky(input, 'dark.stem', base, 3);
  for (const [stage, blocks] of stages.entries()) {
    const filters = base * 2 ** (stage + 1);
    x = leaky(x, `dark.${stage}.down`, filters, 3, 2);
    for (let i = 0; i < blocks; i++) {
      const name = `dark.${stage}.${i}`;
      const y = leaky(leaky(x, `${name}.narrow`, filters / 2, 1), `${name}.wide`, filters, 3);
      x = add(x, y, `${name}.add`);
    }
  }
  return x;
}
