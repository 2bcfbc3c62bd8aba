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
  /** Random numbers of this batch alone, for a loss that needs some. */
  random: Random;
}

/** @throws RangeError naming the case, if an array has a wrong length or holds a value that is not finite. */
export function checkExample(where: string, { id, image, masks }: Example): void {
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
}

/**
 * Stacks examples that `checkExample` has passed.
 *
 * @throws RangeError naming the case that differs in size from the first.
 */
export function makeBatch(where: string, examples: readonly Example[], random: Random): Batch {
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
    random,
  };
}

export function disposeBatch({ image, masks, diagnosis }: Batch): void {
  tf.dispose([image, masks, diagnosis]);
}
