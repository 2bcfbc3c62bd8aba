import * as tf from '@tensorflow/tfjs-core';
import type { Example } from './example.js';
import type { Random } from './random.js';

/** Examples as tensors. */
export interface Batch {
  ids: string[];
  /** [B, H, W, C]. */
  image: tf.Tensor4D;
  /** [B, H, W, S]. */
  masks: tf.Tensor4D;
  /** [B, 1]; −1 where the diagnosis is unknown. */
  diagnosis: tf.Tensor2D;
  /** Of shape [B, H, W, S, R]: every rater's mask, 0 where a rater did not outline the structure. For a task that asks for `raters`. */
  raters?: tf.Tensor5D;
  /** Of shape [B, S, R]: 1 where the rater outlined the structure, 0 where not. For a task that asks for `raters`. */
  present?: tf.Tensor3D;
  /** Random numbers of this batch alone, for a loss that needs some. */
  random: Random;
}

/** @throws RangeError naming the case, if an array has a wrong length or holds a value that is not finite. */
export function checkExample(where: string, { id, image, masks, raters }: Example): void {
  const pixels = image.height * image.width;
  const check = (data: Float32Array | Uint8Array, length: number, what: string) => {
    if (data.length !== length)
      throw new RangeError(`${where}: case "${id}": ${what} has ${data.length} values, expected ${length}`);
    const wrong = data.findIndex((value) => !Number.isFinite(value));
    if (wrong !== -1)
      throw new RangeError(
        `${where}: case "${id}": ${what}[${wrong}] is ${data[wrong]}, expected a finite number`,
      );
  };
  check(image.data, pixels * image.channels, 'image');
  for (const [s, mask] of masks.entries()) check(mask, pixels, `mask ${s}`);
  if (!raters) return;
  const count = raters[0]?.length ?? 0;
  if (raters.length !== masks.length || !count || raters.some(({ length }) => length !== count))
    throw new RangeError(
      `${where}: case "${id}": raters is ${raters.map(({ length }) => length).join(' and ') || 'empty'} raters, expected as many for each of ${masks.length} structures`,
    );
  for (const [s, each] of raters.entries())
    for (const [r, mask] of each.entries()) if (mask) check(mask, pixels, `mask ${s} of rater ${r}`);
}

/**
 * Stacks examples that `checkExample` has passed.
 *
 * @param raters Whether every rater's mask is wanted too.
 * @throws RangeError naming the case that differs in size from the first, or lacks the raters' masks that are wanted.
 */
export function makeBatch(
  where: string,
  examples: readonly Example[],
  random: Random,
  raters = false,
): Batch {
  const first = examples[0]!;
  const { height, width, channels } = first.image;
  const structures = first.masks.length;
  const [pixels, count] = [height * width, examples.length];
  const image = new Float32Array(count * pixels * channels);
  const masks = new Float32Array(count * pixels * structures);
  const size = ({ image, masks }: Example) =>
    `${image.height} × ${image.width} × ${image.channels} with ${masks.length} masks`;
  for (const [index, example] of examples.entries()) {
    if (size(example) !== size(first))
      throw new RangeError(
        `${where}: case "${example.id}" is ${size(example)}, but case "${first.id}" of the same batch is ${size(first)}`,
      );
    image.set(example.image.data, index * pixels * channels);
    for (const [s, mask] of example.masks.entries())
      for (let i = 0; i < pixels; i++) masks[(index * pixels + i) * structures + s] = mask[i]!;
  }
  return {
    ids: examples.map(({ id }) => id),
    image: tf.tensor4d(image, [count, height, width, channels]),
    masks: tf.tensor4d(masks, [count, height, width, structures]),
    diagnosis: tf.tensor2d(
      examples.map(({ diagnosis }) => diagnosis ?? -1),
      [count, 1],
    ),
    ...(raters && stackRaters(where, examples)),
    random,
  };
}

function stackRaters(where: string, examples: readonly Example[]) {
  const lacking = examples.find((example) => !example.raters);
  if (lacking)
    throw new RangeError(`${where}: case "${lacking.id}" carries no raters' masks, expected them in raters`);
  const [first] = examples as [Example];
  const { height, width } = first.image;
  const [structures, people] = [first.masks.length, first.raters![0]!.length];
  const pixels = height * width;
  const values = new Float32Array(examples.length * pixels * structures * people);
  const present = new Float32Array(examples.length * structures * people);
  for (const [b, { id, raters }] of examples.entries()) {
    if (raters![0]!.length !== people)
      throw new RangeError(
        `${where}: case "${id}" has ${raters![0]!.length} raters, but case "${first.id}" of the same batch has ${people}`,
      );
    for (const [s, masks] of raters!.entries())
      for (const [r, mask] of masks.entries()) {
        if (!mask) continue;
        present[(b * structures + s) * people + r] = 1;
        for (let i = 0; i < pixels; i++) values[((b * pixels + i) * structures + s) * people + r] = mask[i]!;
      }
  }
  const count = examples.length;
  return {
    raters: tf.tensor5d(values, [count, height, width, structures, people]),
    present: tf.tensor3d(present, [count, structures, people]),
  };
}

export function disposeBatch({ image, masks, diagnosis, raters, present }: Batch): void {
  tf.dispose([image, masks, diagnosis, raters, present]);
}
