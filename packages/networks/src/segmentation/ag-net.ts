import type { Loss, Task } from '@diff/train';
import * as tfl from '@tensorflow/tfjs-layers';
import { type PlainBlocks, plainBlocks } from '../backbones/plain-unet.js';
import { imageInput } from '../backbones/res-unet-features.js';
import { Enlarge } from '../layers/enlarge.js';
import { GuidedFilter } from '../layers/guided-filter.js';
import { plainOptions, type SegmentationOptions } from './segmentation-options.js';
import { sideOutputsTask } from './side-outputs.js';

type Symbolic = tfl.SymbolicTensor;

/**
 * AG-Net (Zhang et al. 2019): an encoder that sees the image at four sizes, and a decoder whose feature a `GuidedFilter` brings to
 * the next size instead of a skip. Image [B, H, W, imageChannels] → five logits [B, H, W, structures]: the mean of the side
 * outputs, and those of the four levels, coarsest first. Levels have `width` / 2 times 1, 2, 4, 8, 16 channels (32 … 512) with
 * group norm (ε 1e-4). The guide is the encoder's feature beside a convolution of the image at that size (at full size beside itself), the
 * attention σ(ψ(ReLU(θ(guide) + φ(feature)))) of 1 × 1 convolutions.
 *
 * From the official code, but for the filter's normalisation (see `GuidedFilter`), sigmoids per structure in place of a softmax,
 * and 2 × 2 means that shrink image and guide. Weights of the release come over by `importSegmentation`.
 *
 * @throws RangeError for a size that is no multiple of 16, or an option out of range.
 */
export function agNet(options: SegmentationOptions = {}): tfl.LayersModel {
  const { width, seed, imageChannels, structures, size } = plainOptions('agNet', options);
  const parts = plainBlocks(seed, 'group');
  const { block, conv, concat, down, pool, relu } = parts;
  const input = imageInput('agNet', imageChannels, size, 16);
  const channels = [1, 2, 4, 8, 16].map((factor) => factor * Math.max(1, Math.floor(width / 2)));

  const encoded: Symbolic[] = [];
  const guides: Symbolic[] = [];
  let image = input;
  for (const [i, filters] of channels.slice(0, 4).entries()) {
    const name = `encoder.${i}`;
    if (i > 0) image = down(image, `image.${i}`);
    const seen = i > 0 && relu(conv(image, `image.${i}`, filters, 3), `image.${i}.relu`);
    const below = i > 0 && pool(encoded[i - 1]!, name);
    const x = block(seen && below ? concat([seen, below], name) : input, name, filters, 2);
    encoded.push(x);
    guides.push(concat([seen || x, x], `guide.${i}`));
  }

  let x = block(pool(encoded[3]!, 'centre'), 'centre', channels[4]!, 2, 'none');
  const sides = [3, 2, 1, 0].map((i) => {
    const name = `decoder.${i}`;
    x = block(guided(guides[i]!, x, name, parts), name, channels[i]!, 3);
    const side = conv(x, `side.${i}`, structures);
    return i
      ? (new Enlarge({ name: `side.${i}.up`, factor: 2 ** i, corners: false }).apply(side) as Symbolic)
      : side;
  });
  const mean = tfl.layers.average({ name: 'logits' }).apply(sides) as Symbolic;
  return tfl.model({ inputs: input, outputs: [mean, ...sides], name: 'agNet' });
}

/** The feature, filtered to the guide's size under attention. */
function guided(fine: Symbolic, x: Symbolic, name: string, { conv, down, relu }: PlainBlocks): Symbolic {
  const filters = x.shape[3]!;
  const guide = down(fine, `${name}.guide`);
  const sum = tfl.layers
    .add({ name: `${name}.sum` })
    .apply([conv(guide, `${name}.theta`, filters), conv(x, `${name}.phi`, filters)]);
  const scores = conv(relu(sum as Symbolic, `${name}.seen`), `${name}.psi`, 1);
  const attention = tfl.layers
    .activation({ name: `${name}.attention`, activation: 'sigmoid' })
    .apply(scores) as Symbolic;
  return new GuidedFilter({ name: `${name}.filter` }).apply([guide, x, fine, attention]) as Symbolic;
}

/** The loss, cross-entropy by default, of the mean and of the four side outputs, added up: five alike. */
export function agNetTask(options: { loss?: Loss } = {}): Task {
  return sideOutputsTask('agNetTask', [1, 1, 1, 1, 1], options);
}
