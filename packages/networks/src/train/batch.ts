import * as tf from '@tensorflow/tfjs-core';
import type { Random } from '../random.js';
import type { Example } from './example.js';

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

/**
 * Stacks examples.
 *
 * @throws RangeError naming the case that differs in size from the first, or holds a value that is not finite.
 */
export function makeBatch(where: string, examples: readonly Example[], random: Random): Batch {
  const first = examples[0]!;
  const { height, width, channels } = first.image;
  const structures = first.masks.length;
  const [pixels, count] = [height * width, examples.length];
  const image = new Float32Array(count * pixels * channels);
  const masks = new Float32Array(count * pixels * structures);
  for (const [index, example] of examples.entries()) {
    const { image: own } = example;
    const size = (of: Example) =>
      `${of.image.height} × ${of.image.width} × ${of.image.channels} with ${of.masks.length} masks`;
    if (size(example) !== size(first))
      throw new RangeError(
        `${where}: case "${example.id}" is ${size(example)}, but case "${first.id}" of the same batch is ${size(first)}`,
      );
    copyFinite(where, own.data, image, index * pixels * channels, 1, pixels * channels, example.id, 'image');
    for (const [s, mask] of example.masks.entries())
      copyFinite(
        where,
        mask,
        masks,
        index * pixels * structures + s,
        structures,
        pixels,
        example.id,
        `mask ${s}`,
      );
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

function copyFinite(
  where: string,
  from: Float32Array | Uint8Array,
  to: Float32Array,
  offset: number,
  stride: number,
  length: number,
  id: string,
  what: string,
): void {
  if (from.length !== length)
    throw new RangeError(`${where}: case "${id}": ${what} has ${from.length} values, expected ${length}`);
  for (let i = 0; i < length; i++) {
    const value = from[i]!;
    if (!Number.isFinite(value))
      throw new RangeError(`${where}: case "${id}": ${what}[${i}] is ${value}, expected a finite number`);
    to[offset + i * stride] = value;
  }
}
