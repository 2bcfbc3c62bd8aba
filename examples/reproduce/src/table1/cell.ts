import { join } from 'node:path';
import { predict, startAtPrior, train } from '@diff/train';
import { fileStorage } from '@diff/train/node';
import * as tf from '@tensorflow/tfjs-core';
import type { Place } from '../shared/cell.js';
import { keyOf, nameOf, say } from '../shared/cells.js';
import { trainingOf, validationOn } from '../shared/judges.js';
import { probabilities } from '../shared/probabilities.js';
import { judge, prepare, type Scores, type StudySettings } from '../shared/study.js';
import { costOfStep } from './cost-of-step.js';
import { costOfNetwork, makeNetwork } from './networks.js';

export interface Table1Settings {
  study: StudySettings;
  network: string;
  training: {
    width: number;
    filters: number;
    heads: number;
    epochs: number;
    /** Every pixel’s first prediction is the share of pixels that are inside. */
    prior?: true;
  };
}

export interface Table1Result extends Scores {
  /** Trained weights. */
  weights: number;
  /** Training loss of the last epoch. */
  loss: number;
  /** Of one step of training. */
  milliseconds: number;
  /** The most that tensors hold in one step. */
  bytes: number;
}

/** Cases that pass through a network in training, as those of Baseline-Dia. */
export const table1Passes = ({ study, network, training }: Table1Settings): number =>
  costOfNetwork(network) * training.epochs * study.train;

/** The cell's name; its checkpoints are in a folder of this name. */
export const table1Id = ({ study, network, training }: Table1Settings) =>
  `${nameOf(study)}/${network.replaceAll(/[^\w]+/g, '-')}-${keyOf(training)}`;

/** Trains and judges a network on the labels of a study. A training that was stopped goes on where it was. */
export async function table1Cell(settings: Table1Settings, place: Place): Promise<Table1Result> {
  const { network, training } = settings;
  const { epochs, prior, ...build } = training;
  const { depth, seed } = settings.study;
  const study = await prepare(settings.study, place);
  const { name, structures } = study.task;
  const make = () => makeNetwork(network, study, { ...build, depth });
  const step = await costOfStep(make, study.train.slice(0, 16));
  const { model, task } = make();
  if (prior) startAtPrior(model, study.train);
  const storage = fileStorage(join(place.out, table1Id(settings)));
  let last = Date.now();
  const { history } = await train(model, study.train, {
    task,
    ...trainingOf(settings.study),
    ...validationOn(study.validation),
    ...{ epochs, seed, storage },
    onStep({ step, steps, loss }) {
      if (Date.now() - last < 30_000) return;
      last = Date.now();
      say(`${name}, seed ${seed}, ${network}: step ${step} of ${steps}, loss ${loss.toFixed(4)}`);
    },
  });
  const logits = await predict(model, study.test, { task });
  const result: Table1Result = {
    weights: model.trainableWeights.reduce(
      (sum, { shape }) => sum + tf.util.sizeFromShape(shape as number[]),
      0,
    ),
    loss: history.at(-1)!.loss,
    ...step,
    ...(await judge(
      study,
      logits.map((values) => probabilities(values, structures.length)),
    )),
  };
  model.dispose();
  for (const file of await storage.list()) await storage.remove(file);
  return result;
}
