import { readdir, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { encodePng } from '@diff/datasets';
import { type PredictOptions, predict, segmentation } from '@diff/train';
import { loadModel, writeAtomically } from '@diff/train/node';
import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import { raterMean } from '../predict/probability.js';
import type { Context } from './context.js';
import { examplesOf } from './labels.js';

/** Predicts the test cases with an arm, and stores the probability maps. */
export async function predictCases(
  { arm, test }: { arm: string; test: readonly string[] },
  { folder, structures, input, cases, staged, progress }: Context,
): Promise<void> {
  const { model } = await loadModel(folder.model(arm));
  try {
    const none = structures.map(() => new Float32Array(input.height * input.width));
    const examples = examplesOf(cases(test), () => none);
    const logits = await predict(model, examples, { ...(await asked(model)), onProgress: progress });
    for (const [s, structure] of structures.entries()) {
      const paths = examples.map(({ id }) => folder.prediction(arm, structure, id));
      await removeOthers(paths);
      for (const i of examples.keys()) {
        const data = probabilities(logits[i]!, s, structures.length);
        const png = await encodePng({ ...input, data, channels: 1 }, { bits: 16 });
        await writeAtomically(staged(paths[i]!), png);
      }
    }
  } finally {
    model.dispose();
  }
}

/** Removes from the folder of some predictions those of cases that are no test cases any more. */
async function removeOthers(paths: readonly string[]): Promise<void> {
  const folder = dirname(paths[0]!);
  const wanted = new Set(paths.map((path) => basename(path)));
  const names = await readdir(folder).catch(() => []);
  for (const name of names)
    if (!wanted.has(name)) await rm(join(folder, name), { recursive: true, force: true });
}

/**
 * What a network is asked: the logits that it gives first; of one that learned every rater's masks, those of the mean that it
 * says. Such a mean may be over samples, so that a case is predicted by itself: what it says must not hang on the others.
 */
async function asked(model: tfl.LayersModel): Promise<PredictOptions> {
  const mean = await raterMean(model);
  const task = segmentation();
  if (!mean) return { task };
  const logit = (p: tf.Tensor) => tf.log(tf.div(p, tf.sub(1, p)));
  task.predict = (_, { image }) => tf.tidy(() => logit(tf.clipByValue(mean(image), 1e-7, 1 - 1e-7)));
  return { task, batchSize: 1 };
}

/** One structure of logits [H · W, structures]. */
const probabilities = (logits: Float32Array, structure: number, structures: number) =>
  Float32Array.from(
    { length: logits.length / structures },
    (_, i) => 1 / (1 + Math.exp(-logits[i * structures + structure]!)),
  );
