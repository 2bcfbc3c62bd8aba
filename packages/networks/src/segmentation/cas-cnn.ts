import { checkFunction, checkInteger, checkOptions } from '@diff/checks';
import { bce, type Loss, type Task } from '@diff/train';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { type PlainBlocks, plainBlocks } from '../backbones/plain-unet.js';
import { imageInput } from '../backbones/res-unet-features.js';
import { unetEncoder, unetUp } from '../backbones/unet.js';
import { vgg16 } from '../backbones/vgg16.js';
import { CropToMask } from '../layers/crop-to-mask.js';
import { PasteToMask } from '../layers/paste-to-mask.js';
import { RegionOf } from '../layers/region-of.js';
import { plainOptions, type SegmentationOptions } from './segmentation-options.js';

type Symbolic = tfl.SymbolicTensor;

/** The options of `casCnn`. */
export interface CasCnnOptions extends SegmentationOptions {
  /**
   * Height and width of the region that the second and third stage see, a multiple of 8. Default: the longer side of `size`, rounded up
   * to one; 128 without `size`.
   */
  cropSize?: number;
}

/** What is left around a region, as a share of its longer side. */
const MARGIN = 0.2;
/** Logit of what lies outside the region. */
const OUTSIDE = -10;
/** Pixels along a side of a cell that the second stage classifies. */
const CELL = 8;

/**
 * CasCNN (Ying et al. 2018) for thyroid nodules, a cascade that narrows the region: a U-Net finds it in the image, a VGG that classifies
 * cells of 8 × 8 pixels of that region finds where in it the nodule is, and a fully convolutional network outlines it there. Image
 * [B, H, W, imageChannels] → logits [B, H, W, structures]; then what its task needs: the U-Net's logits, the cells', those of the last
 * stage in its own region, and the regions that the first two found. A region is the square around what is predicted, with a fifth of its side around it;
 * where nothing is predicted it is the whole image. No gradient flows from a stage to the one before.
 *
 * No code was published, and of the text the abstract alone is known. Chosen here: a U-Net of four levels, the first three blocks
 * of VGG16, four blocks of VGG16 with added skips as the last stage, margins, and joint training of the stages.
 *
 * @throws RangeError for a size that is no multiple of 8, or an option out of range.
 */
export function casCnn(options: CasCnnOptions = {}): tfl.LayersModel {
  const { width, seed, imageChannels, structures, size } = plainOptions('casCnn', options, ['cropSize']);
  const longer = size && CELL * Math.ceil(Math.max(...size) / CELL);
  const { cropSize = longer ?? 128 } = options;
  checkInteger('casCnn', 'cropSize', cropSize, CELL);
  if (cropSize % CELL)
    throw new RangeError(`casCnn: cropSize is ${cropSize}, expected a multiple of ${CELL}`);
  const parts = plainBlocks(seed, 'batch');
  const { conv, up } = parts;
  const input = imageInput('casCnn', imageChannels, size, 8);

  const features = unetEncoder(
    input,
    'region.encoder',
    [1, 2, 4, 8].map((factor) => factor * width),
    parts,
  );
  const coarse = conv(unetUp(features, 'region.decoder', parts, seed + 3), 'region', structures);
  const first = new RegionOf({ name: 'region.mask' }).apply(coarse) as Symbolic;
  const crop = (x: Symbolic, mask: Symbolic, name: string) =>
    new CropToMask({ name, size: cropSize, margin: MARGIN }).apply([x, mask]) as Symbolic;
  const paste = (x: Symbolic, mask: Symbolic, name: string) =>
    new PasteToMask({ name, margin: MARGIN, outside: OUTSIDE }).apply([x, mask]) as Symbolic;

  const seen = crop(input, first, 'region.crop');
  const cells = conv(vggBlocks(seen, 'cells', 3, width, parts, true).at(-1)!, 'cells', structures);
  const found = new RegionOf({ name: 'cells.found' }).apply(cells) as Symbolic;
  const second = tfl.layers
    .upSampling2d({ name: 'cells.mask', size: [CELL, CELL], interpolation: 'nearest' })
    .apply(found) as Symbolic;

  const blocks = vggBlocks(crop(seen, second, 'cells.crop'), 'fcn', 4, width, parts, false);
  let x: Symbolic | undefined;
  for (let i = 3; i >= 0; i--) {
    const score = conv(blocks[i]!, `fcn.score${i}`, structures);
    const name = `fcn.sum${i}`;
    x = x ? (tfl.layers.add({ name }).apply([score, up(x, name)]) as Symbolic) : score;
  }
  const inside = paste(x!, second, 'cells.paste');
  const logits = paste(inside, first, 'logits');
  return tfl.model({ inputs: input, outputs: [logits, coarse, cells, x!, first, second], name: 'casCnn' });
}

/** The first blocks of VGG16, halved between them, and after the last one too where `last` says so. */
function vggBlocks(
  input: Symbolic,
  name: string,
  count: number,
  width: number,
  { block, pool }: PlainBlocks,
  last: boolean,
): Symbolic[] {
  const made: Symbolic[] = [];
  for (const [i, [factor, convolutions]] of vgg16.slice(0, count).entries()) {
    const level = `${name}.${i}`;
    const x = i ? pool(made[i - 1]!, level) : input;
    made.push(block(x, level, factor * width, convolutions));
  }
  return last ? [...made, pool(made.at(-1)!, `${name}.end`)] : made;
}

/**
 * The losses of the three stages, cross-entropy by default, added up: of the image; of the cells of the region, whose target is the share of
 * each that is inside; of the last region. The masks are cropped as the image is.
 */
export function casCnnTask(options: { loss?: Loss } = {}): Task {
  checkOptions('casCnnTask', options, ['loss']);
  const { loss = bce() } = options;
  checkFunction('casCnnTask', 'loss', loss);
  return {
    name: 'casCnn',
    diagnosed: false,
    predict: (forward, { image }) => [forward(image)].flat()[0]!,
    loss: (forward, { image, masks }) =>
      tf.tidy(() => {
        const [, coarse, cells, fine, first, second] = forward(image) as tf.Tensor4D[];
        const crop = (of: tf.Tensor4D, to: tf.Tensor4D) =>
          new CropToMask({ size: fine!.shape[1], margin: MARGIN }).apply([of, to]) as tf.Tensor4D;
        const inRegion = crop(masks, first!);
        const shares = tf.avgPool(inRegion, CELL, CELL, 'valid');
        return tf.addN([
          loss(coarse!, masks),
          loss(cells!, shares),
          loss(fine!, crop(inRegion, second!)),
        ]) as tf.Scalar;
      }),
  };
}
