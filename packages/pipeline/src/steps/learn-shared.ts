import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { resize } from '@diff/datasets';
import { learnExpertness } from '@diff/fusion/df-gt';
import { fileCache } from '@diff/fusion/df-gt/node';
import { type FrozenFunction, freeze } from '@diff/train';
import { loadModel, writeAtomically } from '@diff/train/node';
import { formNamed } from '../config/shared-forms.js';
import type { SharedWeights } from '../folder/results.js';
import type { Context } from './context.js';
import type { UsableCase } from './load-data.js';
import { trainOnFusions } from './train-on-fusions.js';

/** Cases that a step of the fit looks at. */
export const FIT_BATCH = 16;

/** Trains the judge of a fold on the cases of the others, small and on fusions drawn anew at every step. */
export async function trainFoldJudge(
  { fold, train }: { fold: number; train: readonly string[] },
  { config, folder, seed, structures, raters, cases, staged, progress }: Context,
): Promise<void> {
  const { judge, steps, size } = config.shared;
  const model = await trainOnFusions(
    cases(train).map((one) => shrunk(one, size)),
    {
      judge,
      steps,
      structures,
      raters,
      width: config.diagnosis.width,
      seed: 10 * seed + fold,
      onStep: progress,
    },
    staged(folder.foldJudge(fold)),
  );
  model.dispose();
}

/**
 * Learns from the training cases whom to trust, each case judged by the judge that never saw its patient, and keeps it for
 * cases whose diagnosis it never sees.
 */
export async function learnShared(
  { folds }: { folds: readonly (readonly string[])[] },
  { config, folder, key, seed, structures, raters, cases, staged, progress }: Context,
): Promise<SharedWeights> {
  const { by, resamples, iterations, size } = config.shared;
  const foldOf = new Map(folds.flatMap((ids, fold) => ids.map((id) => [id, fold] as const)));
  const judges: FrozenFunction[] = [];
  const checkpoints = join(folder.checkpoints, 'shared');
  try {
    for (const fold of folds.keys()) {
      const { model } = await loadModel(folder.foldJudge(fold));
      judges.push(freeze(model));
      model.dispose();
    }
    const learned = await learnExpertness(
      cases(folds.flat()).map((one) => shrunk(one, size)),
      {
        network: { networks: judges, foldOf: ({ id }) => foldOf.get(id!)!, dispose: () => {} },
        ...{ expertness: formNamed(by), resamples, iterations, structures, raters, seed },
        batchSize: FIT_BATCH,
        ...{ cache: fileCache(checkpoints), id: key },
        onProgress: ({ fit, step, iterations: steps }) => progress(fit + step / steps),
      },
    );
    await writeAtomically(staged(folder.expertness), new TextEncoder().encode(await learned.save()));
    await rm(checkpoints, { recursive: true, force: true });
    return { weights: learned.weights, intervals: learned.intervals };
  } finally {
    for (const judge of judges) judge.dispose();
  }
}

/** A case on so many pixels, where it has more: whom to trust needs no fine detail, and a small case is judged sooner. */
function shrunk(one: UsableCase, size: number): UsableCase {
  const { height, width } = one.image;
  if (size >= height) return one;
  const annotations = Object.fromEntries(
    Object.entries(one.annotations).map(([structure, by]) => [
      structure,
      Object.fromEntries(
        Object.entries(by).map(([rater, mask]) => [
          rater,
          resize({ data: Float32Array.from(mask), height, width, channels: 1 }, size).data,
        ]),
      ),
    ]),
  );
  return { ...one, image: resize(one.image, size), annotations };
}
