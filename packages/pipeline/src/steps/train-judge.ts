import { type EpochRecord, randomFusion, toExamples } from '@diff/train';
import type { Context } from './context.js';
import { examplesOn } from './labels.js';
import { BASELINE, judgeTask, makeJudge } from './networks.js';
import { type TrainingCases, trainNetwork } from './train-network.js';

/**
 * Trains a diagnosis network, both diagnoses as often: Baseline-Dia on image ⊕ mean vote, as the paper, and the others on
 * image ⊕ a fusion of the raters drawn anew at every step, so that no label is the one that they know best.
 */
export async function trainJudge(
  { name, train, validation }: { name: string } & TrainingCases,
  context: Context,
): Promise<EpochRecord[]> {
  const { config, input, seed, structures, raters } = context;
  const model = makeJudge(name, config.diagnosis, input, seed);
  try {
    const examples =
      name === BASELINE
        ? await examplesOn('MV', context.cases(train), context)
        : await toExamples(context.cases(train), { structures, raters });
    const kept = await examplesOn('MV', context.cases(validation), context);
    const { width, depth } = config.diagnosis;
    return await trainNetwork(
      model,
      {
        name,
        examples,
        validation: kept,
        settings: config.diagnosis,
        options: {
          task: judgeTask(name),
          balanced: true,
          ...(name !== BASELINE && { labels: randomFusion() }),
        },
        meta: { network: name, options: { width, depth }, classes: ['0', '1'] },
      },
      context,
    );
  } finally {
    model.dispose();
  }
}
