import {
  diagnosisFirstAll,
  type Expertness,
  encodeResult,
  expG,
  fourier,
  pixels,
  transformRobust,
} from '@diff/fusion/df-gt';
import { freeze } from '@diff/train';
import { loadModel, writeAtomically } from '@diff/train/node';
import type { Config } from '../config/schema.js';
import type { Context } from './context.js';
import { BASELINE } from './networks.js';

const parametrisations: Record<Config['fusion']['expertness'], () => Expertness> = {
  expG,
  fourier,
  pixels,
  transformRobust,
};

/**
 * Fits DF-GT to the frozen Baseline-Dia for some cases, side by side, and stores each. They are one job, done whole or
 * again: an engine may round differently where fewer cases are computed together.
 */
export async function fuseCases({ ids }: { ids: readonly string[] }, context: Context): Promise<void> {
  const { config, folder, seed, structures, raters } = context;
  const { expertness, objective, iterations, learningRate } = config.fusion;
  const { model } = await loadModel(folder.model(BASELINE));
  const network = freeze(model);
  model.dispose();
  try {
    const results = diagnosisFirstAll(context.cases(ids), {
      network,
      expertness: parametrisations[expertness](),
      objective,
      iterations,
      learningRate,
      structures,
      raters,
      seed,
      batchSize: ids.length,
      onProgress: ({ step }) => step && context.progress((ids.length * step) / iterations),
    });
    for await (const { case: one, result } of results)
      await writeAtomically(context.staged(folder.fused(one.id)), encodeResult(result));
  } finally {
    network.dispose();
  }
}
