import type { Case } from '@diff/datasets';
import { baselineDia, dlAtt, dlCat, dlRoi, noMask } from '@diff/networks/diagnosis';
import { adam, cosine, freeze, type TrainOptions, toExamples, train } from '@diff/train';
import type * as tf from '@tensorflow/tfjs-core';
import type { Task } from './tasks.js';

export const judgeNames = ['noMask', 'dlCat', 'dlRoi', 'dlAtt', 'baselineDia'] as const;
export type JudgeName = (typeof judgeNames)[number];

const makers = { noMask, dlCat, dlRoi, dlAtt, baselineDia };

export interface Judge {
  name: JudgeName;
  network: (input: tf.Tensor4D) => tf.Tensor2D;
  dispose(): void;
}

export interface JudgeOptions {
  width: number;
  epochs: number;
  seed: number;
}

/** How all diagnosis networks that fuse or judge are trained. */
export const diagnosisTraining = {
  batchSize: 16,
  optimizer: adam({ learningRate: 3e-3 }),
  schedule: cosine({ warmup: 0.1 }),
  balanced: true,
  augmentation: { flip: 'horizontal', shift: 0.05, rotate: 10 },
} satisfies Partial<TrainOptions>;

/** Trains a diagnosis network on image ⊕ majority vote, and freezes it. */
export async function trainJudge(
  name: JudgeName,
  task: Task,
  cases: Case[],
  { width, epochs, seed }: JudgeOptions,
): Promise<Judge> {
  const { structures, imageChannels } = task;
  const [{ image }] = cases as [Case];
  const size = [image.height, image.width] as const;
  const model = makers[name]({ depth: 18, width, structures: structures.length, imageChannels, size, seed });
  const examples = await toExamples(cases, { structures, missing: 'skip' });
  await train(model, examples, { ...diagnosisTraining, epochs, seed });
  const network = freeze(model);
  model.dispose();
  return { name, network, dispose: network.dispose };
}
