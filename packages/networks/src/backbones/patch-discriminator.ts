import * as tfl from '@tensorflow/tfjs-layers';

/**
 * A discriminator that judges patches (Isola et al. 2017), as in pOSAL and BEAL: five 4 × 4 convolutions of stride 2 with two zeros around the
 * map, without biases, of 1, 2, 4, 8 times `width` channels and 1, leaky ReLUs (0.2) between. Map [B, H, W, C] → logits, one per
 * patch. Weights start N(0, 0.02²).
 */
export function patchDiscriminator(
  x: tfl.SymbolicTensor,
  name: string,
  width: number,
  seed: number,
): tfl.SymbolicTensor {
  let y = x;
  for (const [i, filters] of [width, 2 * width, 4 * width, 8 * width, 1].entries()) {
    const padded = tfl.layers.zeroPadding2d({ name: `${name}.pad${i}`, padding: [2, 2] }).apply(y);
    const conv = tfl.layers.conv2d({
      ...{ name: `${name}.conv${i}`, filters, kernelSize: 4, strides: 2, useBias: false },
      kernelInitializer: tfl.initializers.randomNormal({ mean: 0, stddev: 0.02, seed: seed + i }),
    });
    y = conv.apply(padded) as tfl.SymbolicTensor;
    if (i < 4)
      y = tfl.layers.leakyReLU({ name: `${name}.relu${i}`, alpha: 0.2 }).apply(y) as tfl.SymbolicTensor;
  }
  return y;
}
