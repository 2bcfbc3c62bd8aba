import * as tfl from '@tensorflow/tfjs-layers';
import type { PlainBlocks } from './plain-unet.js';

/**
 * The additive gate of Attention U-Net (Oktay et al. 2018): x · up(σ(ψ(ReLU(θ(x) + φ(g))))). `x` is a skip [B, 2h, 2w, C], `g` the
 * coarser feature [B, h, w, G] that says where to look; θ is a 2 × 2 convolution of stride 2, φ and ψ are 1 × 1, ψ to one
 * channel. The gate, in [0, 1] at every pixel, is the output of the layer `name.gate`.
 */
export function attentionGate(
  x: tfl.SymbolicTensor,
  g: tfl.SymbolicTensor,
  name: string,
  channels: number,
  { conv, relu, up }: PlainBlocks,
  seed: number,
): tfl.SymbolicTensor {
  const apply = (layer: tfl.layers.Layer, from: tfl.SymbolicTensor | tfl.SymbolicTensor[]) =>
    layer.apply(from) as tfl.SymbolicTensor;
  const theta = tfl.layers.conv2d({
    name: `${name}.theta`,
    filters: channels,
    kernelSize: 2,
    strides: 2,
    useBias: false,
    kernelInitializer: tfl.initializers.heNormal({ seed }),
  });
  const sum = apply(tfl.layers.add({ name: `${name}.sum` }), [
    apply(theta, x),
    conv(g, `${name}.phi`, channels),
  ]);
  const scores = conv(relu(sum, `${name}.relu`), `${name}.psi`, 1);
  const coarse = apply(tfl.layers.activation({ name: `${name}.gate`, activation: 'sigmoid' }), scores);
  return apply(tfl.layers.multiply({ name: `${name}.gated` }), [x, up(coarse, name)]);
}
