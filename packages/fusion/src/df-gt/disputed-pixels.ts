import type { Tensor, Tensor2D, Tensor3D, Tensor4D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import type { CaseBatch } from './case-batch.js';

/** The pixels of a batch at which raters differ. Nowhere else can expertness change a fused label. */
export interface DisputedPixels {
  /** Their numbers in the picture, row by row, [B, N]; filled up to one N with any pixel. */
  pixels: Tensor2D;
  /** The annotations there, [B, N, structures, raters]; 0 in what is filled up, so that no gradient comes from it. */
  annotations: Tensor4D;
  /** The fused label elsewhere, which is what all say, [B, H · W, structures]; 0 where they differ. */
  agreed: Tensor3D;
  /** From values of all pixels, [B, H · W, C], to those of the disputed ones, [B, N, C]. */
  take(values: Tensor3D): Tensor3D;
  /** From values of the disputed pixels, [B, N, C], to a picture of them that is 0 elsewhere, [B, H · W, C]. */
  put(values: Tensor3D): Tensor3D;
  dispose(): void;
}

/**
 * Finds where the masks of a structure, of those who outlined it, are not all the same. Returns nothing where taking such
 * pixels out would hardly shorten the work.
 */
export async function disputedPixels(batch: CaseBatch): Promise<DisputedPixels | undefined> {
  const { size, height, width } = batch;
  const all = height * width;
  const [most, least] = tf.tidy(() => {
    const absent = tf.sub(1, batch.present);
    return [tf.max(batch.annotations, -1), tf.min(tf.add(batch.annotations, absent), -1)];
  }) as [Tensor3D, Tensor3D];
  const differs = tf.tidy(() => tf.any(tf.greater(most, least), -1)); // [B, H · W]
  const found = numbersOf(await differs.data(), size);
  const count = roomFor(Math.max(...found.map((pixels) => pixels.length)));
  if (count > all / 2) {
    tf.dispose([most, least, differs]);
    return undefined;
  }

  const pixels = new Int32Array(size * count);
  const rows = new Int32Array(size * count);
  const filled = new Float32Array(size * count);
  const places = new Int32Array(size * all).fill(size * count);
  found.forEach((numbers, b) => {
    rows.fill(b * all, b * count, (b + 1) * count);
    numbers.forEach((pixel, n) => {
      const at = b * count + n;
      [pixels[at], rows[at], filled[at], places[b * all + pixel]] = [pixel, b * all + pixel, 1, at];
    });
  });
  const rowOf = tf.tensor1d(rows, 'int32');
  const placeOf = tf.tensor1d(places, 'int32');
  const flat = (x: Tensor) => tf.reshape<tf.Rank.R2>(x, [-1, x.shape[2]!]);
  const taken = (x: Tensor) => tf.reshape<tf.Rank.R3>(tf.gather(flat(x), rowOf), [size, count, x.shape[2]!]);
  const placed = (x: Tensor) =>
    tf.reshape<tf.Rank.R3>(tf.gather(tf.concat([flat(x), tf.zeros([1, x.shape[2]!])]), placeOf), [
      size,
      all,
      x.shape[2]!,
    ]);
  // Each is the other's gradient; that of `gather` itself would add up, pixel by pixel, what never meets.
  const linear =
    (forward: (x: Tensor) => Tensor3D, backward: (x: Tensor) => Tensor3D) => (values: Tensor3D) =>
      tf.customGrad((x) => ({ value: forward(x as Tensor), gradFunc: (dy: Tensor) => backward(dy) }))(
        values,
      ) as Tensor3D;

  const [annotations, agreed] = tf.tidy(() => {
    const { structures, raters } = batch;
    const slots = tf.reshape<tf.Rank.R3>(batch.annotations, [size, all, structures.length * raters.length]);
    return [
      tf.mul(
        tf.reshape(taken(slots), [size, count, structures.length, raters.length]),
        tf.tensor4d(filled, [size, count, 1, 1]),
      ),
      tf.mul(most, tf.expandDims(tf.sub(1, tf.cast(differs, 'float32')), -1)),
    ];
  }) as [Tensor4D, Tensor3D];
  tf.dispose([most, least, differs]);
  const tensors = { pixels: tf.tensor2d(pixels, [size, count], 'int32'), annotations, agreed };
  return {
    ...tensors,
    take: linear(taken, placed),
    put: linear(placed, taken),
    dispose: () => tf.dispose([...Object.values(tensors), rowOf, placeOf]),
  };
}

/** Where each of `size` equal parts is not 0. */
function numbersOf(values: ArrayLike<number>, size: number): number[][] {
  const all = values.length / size;
  return Array.from({ length: size }, (_, b) => {
    const numbers: number[] = [];
    for (let p = 0; p < all; p++) if (values[b * all + p]) numbers.push(p);
    return numbers;
  });
}

/** The next of 16, 24, 32, 48, 64, 96 …: few sizes, so that what an engine prepares for one shape serves again. */
function roomFor(count: number): number {
  let room = 16;
  while (room < count) room = room % 3 ? room * 1.5 : (room * 4) / 3;
  return room;
}
