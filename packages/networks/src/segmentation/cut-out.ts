import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { grabCut, type Picture } from '../grab-cut/grab-cut.js';
import { closing, opening, square } from '../grab-cut/morphology.js';
import { removeHair } from '../grab-cut/remove-hair.js';
import { detached } from '../layers/detached.js';
import { checkLayerArgs } from '../layers/layer-args.js';
import { CELL, decodeBox } from './box-code.js';

/** The logit of foreground; that of background is its negative. */
const SURE = 10;

/**
 * What Ünver does with a detected box: image [B, H, W, C] and grid [B, H / 32, W / 32, 5 · S] → logits [B, H, W, S] of 10 and −10. The
 * box of the most probable cell of each structure, `grabCut` in the picture without its hair, opening and closing by a square of a
 * fiftieth of the shorter side. In training nothing is cut, since no gradient comes back: the logits are 0. It reads its
 * tensors at once, which the WebGPU engine cannot.
 */
export class CutOut extends tfl.layers.Layer {
  static className = 'DiffCutOut';

  constructor(args: { name?: string } = {}) {
    super(checkLayerArgs('CutOut', args));
  }

  override computeOutputShape([image, grid]: tfl.Shape[]): tfl.Shape {
    return [...image!.slice(0, 3), grid![3]! / 5];
  }

  override call(inputs: tf.Tensor | tf.Tensor[], { training }: { training?: boolean } = {}): tf.Tensor {
    const [image, grid] = inputs as [tf.Tensor4D, tf.Tensor4D];
    const [batch, height, width, channels] = image.shape;
    const structures = grid.shape[3] / 5;
    const shape: [number, number, number, number] = [batch, height, width, structures];
    return detached(grid, (given) => {
      if (training) return tf.zeros(shape);
      const [pixels, values] = [image.dataSync() as Float32Array, given.dataSync() as Float32Array];
      const cells = (height / CELL) * (width / CELL);
      const logits = new Float32Array(batch * height * width * structures).fill(-SURE);
      for (let b = 0; b < batch; b++) {
        const size = height * width * channels;
        const picture = removeHair({ data: pixels.slice(b * size, (b + 1) * size), height, width, channels });
        for (let s = 0; s < structures; s++) {
          const at = (cell: number, k: number) => values[((b * cells + cell) * structures + s) * 5 + k]!;
          const mask = smoothed(cutInBest(picture, cells, at), height, width);
          for (const [p, inside] of mask.entries())
            if (inside) logits[(b * height * width + p) * structures + s] = SURE;
        }
      }
      return tf.tensor4d(logits, shape);
    });
  }
}
tf.serialization.registerClass(CutOut);

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

function cutInBest(picture: Picture, cells: number, at: (cell: number, k: number) => number): Uint8Array {
  let cell = 0;
  for (let i = 1; i < cells; i++) if (at(i, 4) > at(cell, 4)) cell = i;
  const log = [2, 3].map((k) => Math.min(at(cell, k), Math.LN2 * 2)) as [number, number];
  const code = { cell, at: [sigmoid(at(cell, 0)), sigmoid(at(cell, 1))] as [number, number], log };
  return grabCut(picture, decodeBox(code, [picture.height, picture.width]));
}

function smoothed(mask: Uint8Array, height: number, width: number): Float32Array {
  const offsets = square(Math.max(1, Math.round(Math.min(height, width) / 100)));
  return closing(opening(Float32Array.from(mask), width, offsets), width, offsets);
}
