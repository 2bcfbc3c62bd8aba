import { takeAndGive } from '@diff/tg-model';
import { type EpochRecord, type Example, startAtPrior } from '@diff/train';
import { loadModel } from '@diff/train/node';
import { type Arm, armName } from '../config/schema.js';
import type { Context } from './context.js';
import { examplesOf, labelOf } from './labels.js';
import { BASELINE, makeArm, segmentationLosses } from './networks.js';
import { type TrainingCases, trainNetwork } from './train-network.js';

/** Trains a segmentation network to predict its label from the image alone. */
export async function trainArm(
  { arm, train, validation }: { arm: Arm } & TrainingCases,
  context: Context,
): Promise<EpochRecord[]> {
  const { config, input, seed, structures, folder } = context;
  const guide = arm.network === 'T&G' ? (await loadModel(folder.model(BASELINE))).model : undefined;
  const model = makeArm(arm, config.segmentation, input, { seed, diagnosisNetwork: guide });
  try {
    const [examples, kept] = [train, validation].map((ids) =>
      examplesOf(context.cases(ids), (one) => labelOf(arm.label, one, structures, folder)),
    ) as [Example[], Example[]];
    startAtPrior(model, examples);
    const loss = segmentationLosses[config.segmentation.loss]();
    const { arms, epochs, batchSize, learningRate, ...options } = config.segmentation;
    return await trainNetwork(
      model,
      {
        name: armName(arm),
        examples,
        validation: kept,
        settings: config.segmentation,
        options: { task: takeAndGive({ loss }) },
        meta: { ...arm, options },
      },
      context,
    );
  } finally {
    model.dispose();
    guide?.dispose();
  }
}
