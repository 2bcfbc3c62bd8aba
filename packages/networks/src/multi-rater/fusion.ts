import type { Example } from '@diff/train';
import * as tf from '@tensorflow/tfjs-core';
import { confusionOf, type RaterTable } from './votes.js';

/** One case fused. */
export interface Fusion {
  /** One map per structure, height · width probabilities: what is believed of every pixel. 0 outside the box. */
  fused: Float32Array[];
  /** One map per structure: Σ expertness · mask over the raters of the case, their expertness divided by its sum. */
  selfFused: Float32Array[];
  /** `confusion[structure][rater]`: [P(0 | 0), P(1 | 0), P(0 | 1), P(1 | 1)], vote given truth, learned over all cases. */
  confusion: number[][][];
  /** `expertness[structure][rater]`: sums to 1 over the raters of the case; 0 for a rater who is missing. */
  expertness: number[][];
}

/**
 * Self-predicted expertness of raters: (sensitivity + specificity − 1) where positive, divided by the sum. Neither paper names
 * one; this is Youden's index, 0 for a rater who guesses and 1 for one without error. Where nobody is above 0, all the same.
 *
 * @param confusion One row [P(0 | 0), P(1 | 0), P(0 | 1), P(1 | 1)] per rater, `null` for a rater who is missing.
 */
export function expertnessOf(confusion: readonly (readonly number[] | null)[]): number[] {
  const index = confusion.map((row) => (row ? Math.max(0, row[3]! + row[0]! - 1) : 0));
  const sum = index.reduce((a, b) => a + b, 0);
  const there = confusion.filter(Boolean).length;
  return index.map((value, r) => (!confusion[r] ? 0 : sum > 0 ? value / sum : 1 / there));
}

/** The tensors of one case that its raters outlined. @throws RangeError naming the case without raters' masks. */
export function caseTensors(who: string, example: Example) {
  const { id, image, raters } = example;
  if (!raters?.length)
    throw new RangeError(`${who}: case "${id}" carries no raters' masks, expected them in raters`);
  const { height, width, channels } = image;
  const [structures, people] = [raters.length, raters[0]!.length];
  const values = new Float32Array(height * width * structures * people);
  for (const [s, masks] of raters.entries())
    for (const [r, mask] of masks.entries())
      if (mask) for (let i = 0; i < height * width; i++) values[(i * structures + s) * people + r] = mask[i]!;
  const there = raters.flatMap((masks) => masks.map((mask) => Number(mask !== null)));
  return {
    image: tf.tensor4d(image.data, [1, height, width, channels]),
    raters: tf.tensor5d(values, [1, height, width, structures, people]),
    present: tf.tensor3d(there, [1, structures, people]),
  };
}

/** Puts a fusion together from the belief [1, H, W, S] and the tally [S, R, 2, 2]. */
export async function fusionOf(example: Example, belief: tf.Tensor, table: RaterTable): Promise<Fusion> {
  const raters = example.raters!;
  const rows = tf.tidy(() => confusionOf(table));
  const [values, probabilities] = await Promise.all([belief.data(), rows.array()]);
  rows.dispose();
  const structures = raters.length;
  const confusion = probabilities.map((people) => people.map((matrix) => matrix.flat()));
  const expertness = confusion.map((people, s) =>
    expertnessOf(people.map((row, r) => (raters[s]![r] ? row : null))),
  );
  const pixels = example.image.height * example.image.width;
  const fused = raters.map((_, s) =>
    Float32Array.from({ length: pixels }, (_, i) => values[i * structures + s]!),
  );
  const selfFused = raters.map((masks, s) =>
    Float32Array.from({ length: pixels }, (_, i) =>
      masks.reduce((sum, mask, r) => sum + (mask ? expertness[s]![r]! * mask[i]! : 0), 0),
    ),
  );
  return { fused, selfFused, confusion, expertness };
}
