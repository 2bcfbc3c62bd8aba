import { join } from 'node:path';
import { type ResNetOptions, resnet } from '@diff/networks';
import { takeAndGive, tgNetwork, type Variant } from '@diff/tg-model';
import { predict, startAtPrior, train } from '@diff/train';
import { fileStorage, saveModel } from '@diff/train/node';
import * as tf from '@tensorflow/tfjs-core';
import { type Config, segmentationLosses } from 'diff-pipeline';
import type { Place } from '../shared/cell.js';
import { keyOf, nameOf, say } from '../shared/cells.js';
import { cost } from '../shared/estimate.js';
import { trainingOf, validationOn } from '../shared/judges.js';
import { probabilities } from '../shared/probabilities.js';
import { judge, prepare, type Scores, type StudySettings } from '../shared/study.js';

/** One way to build the segmentation network. */
export interface Arm {
  name: string;
  blocks: readonly string[];
  variant?: Variant;
  /** Connect the diagnosis network as it was before training: what is left is what more weights do by themselves. */
  untrained?: boolean;
  /** Add the decoder's feature to what Take gives, as the paper does not. */
  residual?: boolean;
}

export interface ArmSettings {
  study: StudySettings;
  arm: Arm;
  training: {
    filters: number;
    heads: number;
    epochs: number;
    loss: Config['segmentation']['loss'];
  };
}

export interface ArmResult extends Scores {
  /** Trained weights. */
  weights: number;
  /** Training loss of the last epoch. */
  loss: number;
}

/** Cases that pass through a network in training. */
export const armPasses = ({ study, arm, training }: ArmSettings): number =>
  (arm.blocks.length ? cost.guided : cost.plain) * training.epochs * study.train;

/** The cell's name; its model is beside it, as `.safetensors`. */
export const armId = ({ study, arm, training }: ArmSettings) =>
  `${nameOf(study)}/${arm.name.replaceAll(/[^\w]+/g, '-')}-${keyOf(training)}`;

/** Trains and judges an arm. A training that was stopped goes on where it was. */
export async function armCell(settings: ArmSettings, place: Place): Promise<ArmResult> {
  const { arm } = settings;
  const { filters, heads, epochs, loss } = settings.training;
  const { size, depth, width, seed } = settings.study;
  const study = await prepare(settings.study, place);
  const { name, imageChannels, structures } = study.task;
  const model = tgNetwork({
    backbone: resnet({
      depth: depth as ResNetOptions['depth'],
      width,
      inputChannels: imageChannels,
      size: [size, size],
      seed,
    }),
    diagnosisNetwork: arm.untrained ? study.untrained : study.diagnosisNetwork,
    blocks: arm.blocks,
    variant: arm.variant,
    residual: arm.residual,
    structures: structures.length,
    filters,
    heads,
    seed,
  });
  startAtPrior(model, study.train);
  const path = join(place.out, armId(settings));
  const storage = fileStorage(path);
  let last = Date.now();
  const { history } = await train(model, study.train, {
    task: takeAndGive({ loss: segmentationLosses[loss]() }),
    ...trainingOf(settings.study),
    ...validationOn(study.validation),
    epochs,
    seed,
    storage,
    onStep({ step, steps, loss }) {
      if (Date.now() - last < 30_000) return;
      last = Date.now();
      say(`${name}, seed ${seed}, ${arm.name}: step ${step} of ${steps}, loss ${loss.toFixed(4)}`);
    },
  });
  const logits = await predict(model, study.test, { task: takeAndGive() });
  const result: ArmResult = {
    weights: model.trainableWeights.reduce(
      (sum, { shape }) => sum + tf.util.sizeFromShape(shape as number[]),
      0,
    ),
    loss: history.at(-1)!.loss,
    ...(await judge(
      study,
      logits.map((values) => probabilities(values, structures.length)),
    )),
  };
  await saveModel(model, `${path}.safetensors`, { structures, seed });
  model.dispose();
  for (const file of await storage.list()) await storage.remove(file);
  return result;
}
