import type { EpochRecord } from '@diff/train';
import type { Context } from './context.js';
import { examplesOf, labelOf } from './labels.js';
import { makeJudge } from './networks.js';
import { trainNetwork } from './train-network.js';

/** Trains a diagnosis network on image ⊕ mean vote, both diagnoses as often. */
export async function trainJudge(
  { name, train }: { name: string; train: readonly string[] },
  context: Context,
): Promise<EpochRecord[]> {
  const { config, input, seed, structures, folder } = context;
  const model = makeJudge(name, config.diagnosis, input, seed);
  try {
    const examples = examplesOf(context.cases(train), (one) => labelOf('MV', one, structures, folder));
    const { width, depth } = config.diagnosis;
    return await trainNetwork(
      model,
      {
        name,
        examples,
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
