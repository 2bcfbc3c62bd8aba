import type { Case } from '@diff/datasets';
import { type DiagnosisNetworkName, diagnosisNetworks, networkNamed } from '@diff/networks/diagnosis';
import { adam, cosine, freeze, type TrainOptions, toExamples, train } from '@diff/train';
import type * as tf from '@tensorflow/tfjs-core';
import type { Task } from './tasks.js';

export type JudgeName = DiagnosisNetworkName;
export const judgeNames: JudgeName[] = diagnosisNetworks.map(({ name }) => name);

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

/** Trains a diagnosis network on image ⊕ mean vote, and freezes it. */
export async function trainJudge(
  name: JudgeName,
  task: Task,
  cases: Case[],
  { width, epochs, seed }: JudgeOptions,
): Promise<Judge> {
  const { structures, imageChannels } = task;
  const [{ image }] = cases as [Case];
  const size = [image.height, image.width] as const;
  const { make } = networkNamed(diagnosisNetworks, name);
  const model = make({ depth: 18, width, structures: structures.length, imageChannels, size, seed });
  const examples = await toExamples(cases, { structures, missing: 'skip' });
  await train(model, examples, { ...diagnosisTraining, epochs, seed });
  const network = freeze(model);
  model.dispose();
  return { name, network, dispose: network.dispose };
}
