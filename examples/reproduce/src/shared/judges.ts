import type { Case } from '@diff/datasets';
import {
  type DiagnosisNetworkName,
  type DiagnosisOptions,
  diagnosisNetworks,
  networkNamed,
} from '@diff/networks/diagnosis';
import {
  adam,
  cosine,
  type Example,
  freeze,
  type Labels,
  type TrainOptions,
  toExamples,
  train,
} from '@diff/train';
import type * as tf from '@tensorflow/tfjs-core';
import type { Task } from './tasks.js';

type Depth = DiagnosisOptions['depth'];

export type JudgeName = DiagnosisNetworkName;
export const judgeNames: JudgeName[] = diagnosisNetworks.map(({ name }) => name);

export interface Judge {
  name: JudgeName;
  network: (input: tf.Tensor4D) => tf.Tensor2D;
  dispose(): void;
}

/** How networks are built and trained. */
export interface NetworkSettings {
  depth: number;
  width: number;
  learningRate: number;
  schedule: 'cosine' | 'constant';
}

export interface JudgeOptions extends NetworkSettings {
  epochs: number;
  seed: number;
  /** Masks drawn anew at every step, in the place of the mean vote. */
  labels?: Labels;
}

export const networkOf = ({ depth, width, learningRate, schedule }: NetworkSettings): NetworkSettings => ({
  depth,
  width,
  learningRate,
  schedule,
});

/** How all networks are trained, but for what they learn. */
export const trainingOf = ({ learningRate, schedule }: Pick<NetworkSettings, 'learningRate' | 'schedule'>) =>
  ({
    batchSize: 16,
    optimizer: adam({ learningRate }),
    ...(schedule === 'cosine' && { schedule: cosine({ warmup: 0.1 }) }),
    augmentation: { flip: 'horizontal', shift: 0.05, rotate: 10 },
  }) satisfies Partial<TrainOptions>;

/** What says which epoch's weights are kept: the loss on the validation cases, where there are any. */
export const validationOn = (examples: readonly Example[]) =>
  examples.length ? { validation: { examples } } : {};

/** Trains a diagnosis network on image ⊕ mean vote, or other labels, and freezes it. */
export async function trainJudge(
  name: JudgeName,
  task: Task,
  cases: Case[],
  { depth, width, epochs, seed, labels, ...training }: JudgeOptions,
): Promise<Judge> {
  const { structures, raters, imageChannels, validation } = task;
  const [{ image }] = cases as [Case];
  const size = [image.height, image.width] as const;
  const { make, task: learned } = networkNamed(diagnosisNetworks, name);
  const model = make({
    depth: depth as Depth,
    width,
    structures: structures.length,
    imageChannels,
    size,
    seed,
  });
  const examples = await toExamples(cases, { structures, missing: 'skip', ...(labels && { raters }) });
  const kept = await toExamples(validation, { structures, missing: 'skip' });
  await train(model, examples, {
    task: learned(),
    ...trainingOf(training),
    ...validationOn(kept),
    // A judge of whom to trust sees a part of the half of the cases.
    batchSize: Math.min(16, examples.length),
    labels,
    balanced: true,
    epochs,
    seed,
  });
  const network = freeze(model);
  model.dispose();
  return { name, network, dispose: network.dispose };
}
