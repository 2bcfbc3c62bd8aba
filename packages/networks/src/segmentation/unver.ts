import { checkFunction, checkOptions } from '@diff/checks';
import { type Batch, bce, type Loss, type Task } from '@diff/train';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { darkNet } from '../backbones/darknet.js';
import { imageInput } from '../backbones/res-unet-features.js';
import { bceByValue } from '../layers/bce-by-value.js';
import { layersFrom } from '../layers/torch-layers.js';
import { boxAround, CELL, encodeBox } from './box-code.js';
import { CutOut } from './cut-out.js';
import { plainOptions, type SegmentationOptions } from './segmentation-options.js';

/**
 * Ünver & Ayan 2019, for skin lesions: a detector finds the lesion's box, GrabCut cuts it out of the picture without its hair, and
 * morphology smooths the outline. Image [B, H, W, imageChannels] → logits [B, H, W, structures] of 10 and −10, and the detector's
 * grid [B, H / 32, W / 32, 5 · structures]: of each cell and structure the logits of where in the cell the box's centre is (row, column),
 * the logarithms of its height and width against half the image's, and the logit that the centre is in the cell. The masks are not
 * differentiable: what is trained is the detector.
 *
 * No code was published. The detector is YOLOv3's DarkNet-53 with its coarsest grid alone and one box per cell, since a picture has
 * one lesion, and a large one. What hair is and the widths of the morphology were chosen here.
 *
 * @throws RangeError for a size that is no multiple of 32, or an option out of range.
 */
export function unver(options: SegmentationOptions = {}): tfl.LayersModel {
  const { width, seed, imageChannels, structures, size } = plainOptions('unver', options);
  const { conv } = layersFrom(seed + 53);
  const input = imageInput('unver', imageChannels, size, CELL);
  const grid = conv(darkNet(input, { width, seed }), 'grid', 5 * structures, 1, 1, true);
  const logits = new CutOut({ name: 'logits' }).apply([input, grid]) as tfl.SymbolicTensor;
  return tfl.model({ inputs: input, outputs: [logits, grid], name: 'unver' });
}

/**
 * The detector's loss, as YOLOv3's: `loss`, by default `bce()`, of every cell's word that the centre is there, and, in the cell of the box around the mask
 * (at least ½), cross-entropy of where in it + squared error of the logarithms of the sides, each the mean over images and structures. An
 * empty mask has no box.
 */
export function unverTask(options: { loss?: Loss } = {}): Task {
  checkOptions('unverTask', options, ['loss']);
  const { loss = bce() } = options;
  checkFunction('unverTask', 'loss', loss);
  return {
    name: 'unver',
    diagnosed: false,
    predict: (forward, { image }) => [forward(image)].flat()[0]!,
    loss: (forward, batch) =>
      tf.tidy(() => {
        const grid = (forward(batch.image) as tf.Tensor4D[])[1]!;
        const { target, there } = boxTargets(batch);
        const [b, rows, columns] = grid.shape;
        const each = tf.reshape(grid, [b, rows, columns, -1, 5]);
        const part = (x: tf.Tensor, from: number, count: number) =>
          tf.slice(x, [0, 0, 0, 0, from], [-1, -1, -1, -1, count]);
        const boxes = tf.maximum(tf.sum(there), 1);
        const ofBoxes = (x: tf.Tensor) => tf.div(tf.sum(tf.mul(x, there)), boxes);
        return tf.addN([
          loss(part(each, 4, 1), there),
          ofBoxes(bceByValue(part(each, 0, 2), part(target, 0, 2))),
          ofBoxes(tf.squaredDifference(part(each, 2, 2), part(target, 2, 2))),
        ]) as tf.Scalar;
      }),
  };
}

/** What the grid should hold, [B, H / 32, W / 32, S, 5], and 1 where a box's centre is, [B, H / 32, W / 32, S, 1]. */
function boxTargets({ masks }: Batch): { target: tf.Tensor; there: tf.Tensor } {
  const [batch, height, width, structures] = masks.shape;
  const values = masks.dataSync();
  const [rows, columns] = [height / CELL, width / CELL];
  const target = new Float32Array(batch * rows * columns * structures * 5);
  for (let b = 0; b < batch; b++)
    for (let s = 0; s < structures; s++) {
      const box = boxAround((p) => values[(b * height * width + p) * structures + s]!, [height, width]);
      if (!box) continue;
      const { cell, at, log } = encodeBox(box, [height, width]);
      target.set([...at, ...log, 1], ((b * rows * columns + cell) * structures + s) * 5);
    }
  const all = tf.tensor(target, [batch, rows, columns, structures, 5]);
  return { target: all, there: tf.slice(all, [0, 0, 0, 0, 4], [-1, -1, -1, -1, 1]) };
}
