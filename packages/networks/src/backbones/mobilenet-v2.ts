import * as tfl from '@tensorflow/tfjs-layers';
import { Depthwise } from '../layers/depthwise.js';
import { layersFrom } from '../layers/torch-layers.js';

type Symbolic = tfl.SymbolicTensor;

/** Table 2 of the paper after the first convolution: expansion, channels at width 1, blocks, stride of the first. */
const stages = [
  [1, 16, 1, 1],
  [6, 24, 2, 2],
  [6, 32, 3, 2],
  [6, 64, 4, 2],
  [6, 96, 3, 1],
  [6, 160, 3, 2],
  [6, 320, 1, 1],
] as const;

export interface MobileNetV2 {
  /** The stage of 24 channels, at a quarter of the size. */
  low: Symbolic;
  /** The last stage, of 320 channels. */
  high: Symbolic;
}

/**
 * MobileNetV2 (Sandler et al. 2018) without its classifier, of inverted residual blocks: 1 × 1 to `expansion` times the channels,
 * depthwise 3 × 3, 1 × 1 back, each with batch norm, the first two with ReLU6, added to the input where shapes agree. Channels are `width` / 64
 * times those of the paper, so that `width` 64 is the paper's network. Beyond `outputStride` strides become dilation, as in DeepLab.
 *
 * @param options.prefix Prefix of the layers' names, where a network has several.
 * @param options.torch As the PyTorch code that BEAL took it from: dilation begins with the stage after the one whose stride it stands for, not
 *   with its second block, and zeros are put around a feature before its channels are expanded, so that the depthwise convolution sees
 *   beyond the border what zeros become. Default: false.
 */
export function mobileNetV2(
  input: Symbolic,
  options: { width: number; seed: number; outputStride: 8 | 16; prefix?: string; torch?: boolean },
): MobileNetV2 {
  const { width, seed, outputStride, prefix = '', torch = false } = options;
  const { conv, norm, add } = layersFrom(seed, '', new Map());
  const channels = (paper: number) => Math.max(1, Math.round((paper * width) / 64));
  const clipped = (x: Symbolic, name: string) => tfl.layers.reLU({ name, maxValue: 6 }).apply(x) as Symbolic;
  const normed = (x: Symbolic, name: string) => norm(x, `${name}.bn`);
  let count = 0;
  const block = (x: Symbolic, expansion: number, filters: number, strides: number, rate: number) => {
    const name = `${prefix}mobile.${count++}`;
    const wide = expansion * x.shape[3]!;
    const pad = !torch || expansion === 1;
    const around = tfl.layers.zeroPadding2d({ name: `${name}.pad`, padding: [rate, rate] });
    let y = pad ? x : (around.apply(x) as Symbolic);
    if (expansion > 1)
      y = clipped(normed(conv(y, `${name}.expand`, wide, 1), `${name}.expand`), `${name}.expand.relu`);
    const depthwise = new Depthwise({ name: `${name}.depthwise`, strides, rate, pad, seed: seed + count });
    y = clipped(normed(depthwise.apply(y) as Symbolic, `${name}.depthwise`), `${name}.depthwise.relu`);
    y = normed(conv(y, `${name}.project`, filters, 1), `${name}.project`);
    return strides === 1 && x.shape[3] === filters ? add(x, y, `${name}.add`) : y;
  };

  let x = clipped(
    normed(conv(input, `${prefix}mobile.stem`, channels(32), 3, 2), `${prefix}mobile.stem`),
    `${prefix}mobile.stem.relu`,
  );
  let stride = 2;
  let rate = 1;
  let low = x;
  for (const [expansion, filters, blocks, first] of stages) {
    const stops = stride >= outputStride;
    for (let i = 0; i < blocks; i++) {
      const strides = i === 0 && stride < outputStride ? first : 1;
      x = block(x, expansion, channels(filters), strides, rate);
      stride *= strides;
      if (!torch && i === 0 && first > strides) rate *= first;
    }
    if (torch && stops) rate *= first;
    if (filters === 24) low = x;
  }
  return { low, high: x };
}
