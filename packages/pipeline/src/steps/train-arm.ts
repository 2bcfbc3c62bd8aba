import { takeAndGive } from '@diff/tg-model';
import { type EpochRecord, startAtPrior } from '@diff/train';
import { loadModel } from '@diff/train/node';
import { type Arm, armName } from '../config/schema.js';
import type { Context } from './context.js';
import { examplesOn } from './labels.js';
import { BASELINE, makeArm, segmentationLosses } from './networks.js';
import { type TrainingCases, trainNetwork } from './train-network.js';

/** Trains a segmentation network to predict its label from the image alone. */
export async function trainArm(
  { arm, train, validation }: { arm: Arm } & TrainingCases,
  context: Context,
): Promise<EpochRecord[]> {
  const { config, input, seed, folder } = context;
  const guide = arm.network === 'T&G' ? (await loadModel(folder.model(BASELINE))).model : undefined;
  const model = makeArm(arm, config.segmentation, input, { seed, diagnosisNetwork: guide });
  try {
    const examples = await examplesOn(arm.label, context.cases(train), context);
    const kept = await examplesOn(arm.label, context.cases(validation), context);
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
