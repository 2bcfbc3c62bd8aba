import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import type { Example } from '../data/example.js';

/** Shares beyond these are held at them: the bias of a structure that is nowhere must be finite. */
const RAREST = 1e-4;

/**
 * Lets an untrained segmentation network start from what is known without looking: it answers with each structure's share p
 * of all pixels, its output layers' biases being log(p / (1 − p)), p held within [1e-4, 1 − 1e-4] (Lin et al. 2017, "Focal
 * loss for dense object detection", § 4.1). Where a structure is small, training spends its first epochs on nothing else.
 *
 * Output layers are those called `logits`, or whose name ends in `.logits`, as `resUnet`, `unetDecoder` and `tgNetwork` call
 * theirs. Call it before `train`.
 *
 * @throws RangeError where there are no examples, one has another number of masks or a value that is no number (by its id), the
 * model has no such layer, or one has not a bias for each structure.
 */
export function startAtPrior(
  model: tfl.LayersModel,
  examples: readonly Pick<Example, 'id' | 'masks'>[],
): void {
  const structures = examples[0]?.masks.length;
  if (!structures) throw new RangeError('startAtPrior: got no examples with masks, expected at least one');
  const layers = model.layers.filter(({ name }) => /(^|\.)logits$/.test(name));
  if (layers.length === 0)
    throw new RangeError(`startAtPrior: ${model.name} has no layer called logits, or ….logits`);
  const biases = layers.map(({ name, weights }) => {
    const bias = weights.find(({ originalName }) => originalName.endsWith('/bias'));
    if (bias?.shape.join() === String(structures)) return bias;
    throw new RangeError(
      `startAtPrior: the bias of ${name} ${bias ? `has the shape ${bias.shape.join(' × ')}` : 'is missing'}, expected ${structures} numbers, one per structure`,
    );
  });
  const priors = sharesOf(examples, structures).map((p) => Math.log(p / (1 - p)));
  tf.tidy(() => {
    for (const bias of biases) bias.write(tf.tensor1d(priors));
  });
}

/** What part of all pixels each structure is. */
function sharesOf(examples: readonly Pick<Example, 'id' | 'masks'>[], structures: number): number[] {
  const sums: number[] = Array(structures).fill(0);
  let count = 0;
  for (const { id, masks } of examples) {
    if (masks.length !== structures)
      throw new RangeError(
        `startAtPrior: ${id} has ${masks.length} masks, ${structures} were expected, as the first example has`,
      );
    for (const [s, mask] of masks.entries()) {
      let sum = 0;
      for (const value of mask) sum += value;
      if (!Number.isFinite(sum))
        throw new RangeError(`startAtPrior: mask ${s} of ${id} has a value that is not a finite number`);
      sums[s]! += sum;
    }
    count += masks[0]!.length;
  }
  return sums.map((sum) => Math.min(1 - RAREST, Math.max(RAREST, sum / count)));
}
