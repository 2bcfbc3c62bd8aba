import * as tfl from '@tensorflow/tfjs-layers';
import { type Backbone, checkNetwork } from '../backbones/backbone.js';
import { imageInput } from '../backbones/res-unet-features.js';
import { levelStrides, resnetFeatures } from '../backbones/resnet.js';
import { DenseAtrous } from '../layers/dense-atrous.js';
import { PooledContext } from '../layers/pooled-context.js';
import { layersFrom } from '../layers/torch-layers.js';
import type { SegmentationOptions } from './segmentation-options.js';

/** The options of `ceNet`; `depth` is 34 by default, as in the official code. */
export interface CeNetOptions extends SegmentationOptions, Backbone {}

/**
 * CE-Net (Gu et al. 2019): a ResNet encoder, context in its deepest feature by `DenseAtrous` and `PooledContext`, and a decoder
 * with added skips. Image [B, H, W, imageChannels] → logits [B, H, W, structures]. Each step up is a 1 × 1 convolution to a
 * quarter of the channels, a 3 × 3 deconvolution of stride 2 and a 1 × 1 convolution, each with batch norm and ReLU; at the end a
 * 4 × 4 deconvolution (where the stem reduces) and two 3 × 3 convolutions, of `width` / 2 channels.
 *
 * From the official code, whose weights `importSegmentation` brings over.
 *
 * @throws RangeError for a size that is no multiple of the coarsest stride (32 with the `imagenet` stem, 8 with `cifar`), or an
 * option out of range.
 */
export function ceNet(options: CeNetOptions = {}): tfl.LayersModel {
  checkNetwork('ceNet', options);
  const { imageChannels = 3, structures = 1, size, stem = 'imagenet', width = 64, seed = 0 } = options;
  const strides = levelStrides(stem);
  const input = imageInput('ceNet', imageChannels, size, strides.B4);
  const features = resnetFeatures(input, { ...options, depth: options.depth ?? 34 });
  const { conv, norm, relu, add } = layersFrom(seed + 7);
  const normed = (x: tfl.SymbolicTensor, name: string) => relu(norm(x, `${name}.bn`), `${name}.relu`);
  // PyTorch cuts one row and column off at the top and left of a 4 × 4 deconvolution, and of a 3 × 3 one, which has none beyond the other end.
  const deconv = (x: tfl.SymbolicTensor, name: string, filters: number, kernelSize: 3 | 4) => {
    const layer = tfl.layers.conv2dTranspose({
      ...{ name, filters, kernelSize, strides: 2, padding: 'valid' },
      kernelInitializer: tfl.initializers.heNormal({ seed: seed + filters + kernelSize }),
    });
    const ends: [number, number] = [1, kernelSize - 3];
    const cut = tfl.layers.cropping2D({ name: `${name}.cut`, cropping: [ends, ends] });
    return cut.apply(layer.apply(x)) as tfl.SymbolicTensor;
  };
  const up = (x: tfl.SymbolicTensor, name: string, filters: number) => {
    const quarter = Math.max(1, Math.floor(x.shape[3]! / 4));
    const narrow = normed(conv(x, `${name}.conv1`, quarter, 1, 1, true), `${name}.1`);
    const tall = normed(deconv(narrow, `${name}.deconv`, quarter, 3), `${name}.2`);
    return normed(conv(tall, `${name}.conv3`, filters, 1, 1, true), `${name}.3`);
  };
  const context = new DenseAtrous({ name: 'dac', seed: seed + 71 }).apply(features.B4);
  let x = new PooledContext({ name: 'rmp', seed: seed + 75 }).apply(context) as tfl.SymbolicTensor;
  for (const [i, level] of (['B3', 'B2', 'B1'] as const).entries()) {
    const skip = features[level];
    x = add(up(x, `decoder${4 - i}`, skip.shape[3]!), skip, `decoder${4 - i}.skip`);
  }
  const half = Math.max(1, Math.floor(width / 2));
  if (strides.B1 > strides.stem) x = up(x, 'decoder1', width);
  if (strides.stem > 1) x = relu(deconv(x, 'final.deconv', half, 4), 'final.relu1');
  x = relu(conv(x, 'final.conv', half, 3, 1, true), 'final.relu2');
  const logits = conv(x, 'logits', structures, 3, 1, true);
  return tfl.model({ inputs: input, outputs: logits, name: 'ceNet' });
}
