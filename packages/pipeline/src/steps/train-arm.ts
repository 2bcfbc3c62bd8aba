import { type EpochRecord, randomRater, startAtPrior } from '@diff/train';
import { loadModel } from '@diff/train/node';
import type * as tfl from '@tensorflow/tfjs-layers';
import { type Arm, armName } from '../config/schema.js';
import { makeArm } from './arm-network.js';
import type { Context } from './context.js';
import { examplesOn } from './labels.js';
import { BASELINE, GUIDE } from './networks.js';
import { type TrainingCases, trainNetwork } from './train-network.js';

/** Trains a segmentation network to predict its label from the image alone. */
export async function trainArm(
  { arm, train, validation }: { arm: Arm } & TrainingCases,
  context: Context,
): Promise<EpochRecord[]> {
  const { config, input, raters, seed, folder } = context;
  const known = config.segmentation.guide === 'image' ? GUIDE : BASELINE;
  const guide = arm.network === 'T&G' ? (await loadModel(folder.model(known))).model : undefined;
  const start = { seed, raters: raters.length, diagnosisNetwork: guide };
  const { model, task } = makeArm(arm, config, input, start);
  try {
    const examples = await examplesOn(arm.label, context.cases(train), context);
    const kept = await examplesOn(arm.label, context.cases(validation), context);
    if (hasPrior(model, input.structures)) startAtPrior(model, examples);
    const { arms, epochs, batchSize, learningRate, ...options } = config.segmentation;
    return await trainNetwork(
      model,
      {
        name: armName(arm),
        examples,
        validation: kept,
        settings: config.segmentation,
        options: { task, ...(arm.label === 'randomRater' && { labels: randomRater() }) },
        meta: { ...arm, options },
      },
      context,
    );
  } finally {
    model.dispose();
    guide?.dispose();
  }
}

/** Whether the network ends in a layer of logits with a bias for each structure; others start as they were made. */
function hasPrior({ layers }: tfl.LayersModel, structures: number): boolean {
  const { weights } = layers.find(({ name }) => name === 'logits') ?? {};
  const bias = weights?.find(({ originalName }) => originalName.endsWith('/bias'));
  return bias?.shape.join() === String(structures);
}
