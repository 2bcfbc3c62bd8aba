import { checkBoolean, checkFunction, checkOptions } from '@diff/checks';
import { bce, type Loss, type Task } from '@diff/train';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { type DeepLab, deepLab } from '../backbones/deeplab.js';
import { plainBlocks } from '../backbones/plain-unet.js';
import { imageInput } from '../backbones/res-unet-features.js';
import { boundaryOf } from './boundary.js';
import { plainOptions, type SegmentationOptions } from './segmentation-options.js';

type Symbolic = tfl.SymbolicTensor;

/** The options of `tnsNet`. */
export interface TnsNetOptions extends SegmentationOptions {
  /** Whether the shape path supports the region path. `false` gives a DeepLabV3+ beside another. Default: true. */
  supervision?: boolean;
}

/**
 * TNSNet (Sun et al. 2022) for thyroid nodules: two paths, each a DeepLabV3+ on MobileNetV2, one for the region and one for its shape,
 * whose soft-shape-supervision blocks carry where the boundary is over to the region. Image [B, H, W, imageChannels] → logits
 * [B, H, W, structures] of the region, then those of the boundary [B, H, W, 1].
 *
 * No code was published. Chosen here: a block gives the region's feature r and the shape's feature s as r + r · σ(c(s)), c a 1 × 1 convolution to one
 * channel; it stands behind the joined feature and behind both convolutions of the decoder; output stride 16.
 *
 * @throws RangeError for a size that is no multiple of 16, or an option out of range.
 */
export function tnsNet(options: TnsNetOptions = {}): tfl.LayersModel {
  const { width, seed, imageChannels, structures, size } = plainOptions('tnsNet', options, ['supervision']);
  const { supervision = true } = options;
  checkBoolean('tnsNet', 'supervision', supervision);
  const { conv, up } = plainBlocks(seed + 47);
  const input = imageInput('tnsNet', imageChannels, size, 16);
  const path = (prefix: string, own: number) =>
    deepLab(input, { width, seed: seed + own, outputStride: 16, low: 48, prefix });
  const [region, shape] = [path('region.', 0), path('shape.', 101)];
  const steps = (of: DeepLab, after: (x: Symbolic, step: number) => Symbolic = (x) => x) => {
    const features = [after(of.joined, 0)];
    for (const i of [1, 2]) features.push(after(of.block(features[i - 1]!, `decoder.${i}`, of.filters), i));
    return features;
  };
  const supports = steps(shape);
  const supervised = (r: Symbolic, step: number) => {
    if (!supervision) return r;
    const name = `support.${step}`;
    const gate = tfl.layers.activation({ name: `${name}.gate`, activation: 'sigmoid' });
    const weight = gate.apply(conv(supports[step]!, name, 1)) as Symbolic;
    const gated = tfl.layers.multiply({ name: `${name}.gated` }).apply([r, weight]) as Symbolic;
    return tfl.layers.add({ name: `${name}.fed` }).apply([r, gated]) as Symbolic;
  };
  const logits = up(conv(steps(region, supervised)[2]!, 'scores', structures), 'logits', 4);
  const boundary = up(conv(supports[2]!, 'boundary', 1), 'boundary', 4);
  return tfl.model({ inputs: input, outputs: [logits, boundary], name: 'tnsNet' });
}

/**
 * The loss, cross-entropy by default, of the region against the masks + that of the shape against their boundary: two pixels on
 * either side of the outline, softened by a Gaussian of one pixel, as BEAL makes it. These widths were chosen here.
 */
export function tnsNetTask(options: { loss?: Loss } = {}): Task {
  checkOptions('tnsNetTask', options, ['loss']);
  const { loss = bce() } = options;
  checkFunction('tnsNetTask', 'loss', loss);
  return {
    name: 'tnsNet',
    diagnosed: false,
    predict: (forward, { image }) => [forward(image)].flat()[0]!,
    loss: (forward, { image, masks }) =>
      tf.tidy(() => {
        const [region, shape] = forward(image) as tf.Tensor[];
        return tf.add(loss(region!, masks), loss(shape!, boundaryOf(masks, 2, 1))) as tf.Scalar;
      }),
  };
}
