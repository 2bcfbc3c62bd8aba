import { check, checkObject, fail } from '@diff/checks';
import type { Batch, Example } from '@diff/train';
import * as tf from '@tensorflow/tfjs-core';

/** What is drawn from: examples whose masks may be left out where only images are wanted. */
export type Drawable = Pick<Example, 'image'> & Partial<Pick<Example, 'masks'>>;

/** A list of examples to draw from. @throws TypeError, RangeError. */
export function checkDrawable(who: string, name: string, list: unknown): void {
  check(Array.isArray(list), who, name, list, 'an array of examples', 'other');
  if (list.length === 0) fail(who, `${name} is empty, expected at least one example`);
  for (const [i, each] of list.entries()) {
    checkObject(who, `${name}[${i}]`, each);
    const { data } = ((each as Drawable).image ?? {}) as Partial<Example['image']>;
    check(data instanceof Float32Array, who, `${name}[${i}].image.data`, data, 'a Float32Array', 'other');
  }
}

/**
 * As many examples as the batch has, drawn with its random numbers: images [B, H, W, C], and `mask` [B, H, W, 1] of the first
 * structure where there is one.
 *
 * @throws RangeError for an image of another size than the batch's.
 */
export function drawLike(
  who: string,
  name: string,
  list: readonly Drawable[],
  { image, random }: Batch,
): { image: tf.Tensor4D; mask?: tf.Tensor4D } {
  const [batch, height, width, channels] = image.shape;
  const chosen = Array.from({ length: batch }, () => random.integer(list.length));
  for (const i of chosen) {
    const own = list[i]!.image;
    if (own.height !== height || own.width !== width || own.channels !== channels)
      fail(
        who,
        `${name}[${i}] is ${own.height} × ${own.width} × ${own.channels}, expected ${height} × ${width} × ${channels} as the batch`,
      );
  }
  const stack = (of: (example: Drawable) => ArrayLike<number>, depth: number) => {
    const values = new Float32Array(batch * height * width * depth);
    for (const [b, i] of chosen.entries()) values.set(of(list[i]!), b * height * width * depth);
    return tf.tensor4d(values, [batch, height, width, depth]);
  };
  const masked = chosen.every((i) => list[i]!.masks?.length);
  return {
    image: stack((example) => example.image.data, channels),
    ...(masked && { mask: stack((example) => example.masks![0]!, 1) }),
  };
}
