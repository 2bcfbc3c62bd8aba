import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import type { Example } from './example.js';

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
 * @throws RangeError where there are no examples, the model has no such layer, or one has not a bias for each structure.
 */
export function startAtPrior(model: tfl.LayersModel, examples: readonly Pick<Example, 'masks'>[]): void {
  const structures = examples[0]?.masks.length;
  if (!structures) throw new RangeError('startAtPrior: got no examples with masks, expected at least one');
  const layers = model.layers.filter(({ name }) => /(^|\.)logits$/.test(name));
  if (layers.length === 0)
    throw new RangeError(`startAtPrior: ${model.name} has no layer called logits, or ….logits`);
  const biases = Array.from({ length: structures }, (_, s) => logit(share(examples, s)));
  for (const { name, weights } of layers) {
    const bias = weights.find(({ originalName }) => originalName.endsWith('/bias'));
    const shape = bias?.shape.join(' × ');
    if (shape !== String(structures))
      throw new RangeError(
        `startAtPrior: the bias of ${name} ${bias ? `has the shape ${shape}` : 'is missing'}, expected ${structures} numbers, one a structure`,
      );
  }
  tf.tidy(() => {
    for (const { weights } of layers)
      weights.find(({ originalName }) => originalName.endsWith('/bias'))!.write(tf.tensor1d(biases));
  });
}

function share(examples: readonly Pick<Example, 'masks'>[], structure: number): number {
  let [sum, count] = [0, 0];
  for (const { masks } of examples) {
    const mask = masks[structure]!;
    for (const value of mask) sum += value;
    count += mask.length;
  }
  return Math.min(1 - RAREST, Math.max(RAREST, sum / count));
}

const logit = (p: number) => Math.log(p / (1 - p));
