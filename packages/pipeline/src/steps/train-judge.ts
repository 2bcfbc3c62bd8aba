import type { EpochRecord, Example } from '@diff/train';
import type { Context } from './context.js';
import { examplesOf, labelOf } from './labels.js';
import { makeJudge } from './networks.js';
import { type TrainingCases, trainNetwork } from './train-network.js';

/** Trains a diagnosis network on image ⊕ mean vote, both diagnoses as often. */
export async function trainJudge(
  { name, train, validation }: { name: string } & TrainingCases,
  context: Context,
): Promise<EpochRecord[]> {
  const { config, input, seed, structures, folder } = context;
  const model = makeJudge(name, config.diagnosis, input, seed);
  try {
    const [examples, kept] = [train, validation].map((ids) =>
      examplesOf(context.cases(ids), (one) => labelOf('MV', one, structures, folder)),
    ) as [Example[], Example[]];
    const { width, depth } = config.diagnosis;
    return await trainNetwork(
      model,
      {
        name,
        examples,
        validation: kept,
        settings: config.diagnosis,
        options: { balanced: true },
        meta: { network: name, options: { width, depth }, classes: ['0', '1'] },
      },
      context,
    );
  } finally {
    model.dispose();
  }
}
