import { join } from 'node:path';
import { type Dataset, lidc } from '@diff/datasets';
import { meanVote } from '@diff/fusion';
import { diceMatch, diceMax, generalizedEnergyDistance, softDice } from '@diff/metrics';
import {
  type MultiRaterEntry,
  type MultiRaterOptions,
  multiRaterNetworks,
  networkNamed,
  type Predictor,
} from '@diff/networks/multi-rater';
import { resUnet } from '@diff/networks/segmentation';
import { type Example, randomRater, segmentation, startAtPrior, type Task, train } from '@diff/train';
import { fileStorage } from '@diff/train/node';
import * as tf from '@tensorflow/tfjs-core';
import type { Place } from '../shared/cell.js';
import { rootOf } from '../shared/data-roots.js';
import { type NetworkSettings, trainingOf } from '../shared/judges.js';
import { opinionsOf, RANKS, ranked } from './opinions.js';

/** Controls with one mask for a case: a plain network on the mean vote, and on a rank drawn anew at every step. */
export const controls = ['mean vote', 'random rater'] as const;
export const methodNames: readonly string[] = [...controls, ...multiRaterNetworks.map(({ name }) => name)];

export interface DPersonaSettings extends NetworkSettings {
  method: string;
  size: number;
  epochs: number;
  samples: number;
  fold: number;
  folds: number;
  seed: number;
}

/** What is compared with the readers' masks: samples, one mask for each rank, or one mask alone. */
export type SetName = 'samples' | 'ranks' | 'one mask';
export const measures = ['ged', 'diceSoft', 'diceMax', 'diceMatch'] as const;
export type Measures = Record<(typeof measures)[number], number>;

/** Of each test case, by set. */
export type DPersonaResult = { patient: string; sets: Partial<Record<SetName, Measures>> }[];

export const dpersonaId = ({ method, fold, folds, seed: _, ...rest }: DPersonaSettings) =>
  [method.replaceAll(' ', '-'), ...Object.values(rest), `fold${fold}-of-${folds}`].join('-');

/** Nodules' middle slices that at least two readers outlined. */
export async function slicesOf(root: string, size: number): Promise<Dataset> {
  const slices = await lidc(root, { size, slices: 'middle' });
  const drawn = new Set<string>();
  for await (const one of slices.cases()) if (opinionsOf(ranked(one)).length >= 2) drawn.add(one.id);
  return slices.filter(({ id }) => drawn.has(id));
}

/** Trains one method on the patients outside a fold, and measures what it says of the fold's cases. */
export async function dpersonaCell(settings: DPersonaSettings, place: Place): Promise<DPersonaResult> {
  const { size, fold, folds, seed, epochs } = settings;
  const dataset = await slicesOf(rootOf(place.data, 'lidc'), size);
  const parts = dataset.folds(folds, { by: 'patient', seed })[fold]!;
  const { model, task, predictor, ...more } = make(settings);
  const storage = fileStorage(join(place.out, dpersonaId(settings)));
  const learned = await examplesOf(parts.train);
  if ('prior' in more) startAtPrior(model, learned);
  await train(model, learned, {
    ...{ ...trainingOf(settings), task, epochs, seed: seed + fold, storage },
    batchSize: Math.min(16, learned.length),
    ...('labels' in more && { labels: more.labels }),
  });
  const tested = await examplesOf(parts.test);
  const patients = new Map(parts.test.entries.map(({ id, patient }) => [id, patient ?? id]));
  const result = tested.map((example) => ({
    patient: patients.get(example.id)!,
    sets: Object.fromEntries(
      Object.entries(setsOf(predictor, example, settings)).map(([set, maps]) => [
        set,
        measured(maps, opinionsOf(example)),
      ]),
    ),
  }));
  model.dispose();
  for (const file of await storage.list()) await storage.remove(file);
  return result;
}

function make({ method, size, width, depth, fold, seed }: DPersonaSettings) {
  const options: MultiRaterOptions = {
    ...{ width, depth: depth as 18, imageChannels: 1, structures: 1, raters: RANKS },
    ...{ size: [size, size] as const, seed: seed + fold },
  };
  if (!(controls as readonly string[]).includes(method)) {
    const entry = networkNamed<MultiRaterEntry>(multiRaterNetworks, method);
    const model = entry.make(options);
    return { model, task: entry.task(options), predictor: entry.predictor(model) };
  }
  const { raters: _, ...plain } = options;
  const model = resUnet(plain);
  const predictor: Predictor = {
    predict: (image) => tf.tidy(() => tf.sigmoid(model.predict(image) as tf.Tensor4D)),
  };
  const task: Task = segmentation();
  return { model, task, predictor, prior: true, ...(method === 'random rater' && { labels: randomRater() }) };
}

const examplesOf = async (part: Dataset): Promise<Example[]> => {
  const examples: Example[] = [];
  for await (const one of part.cases()) examples.push(ranked(one));
  return examples;
};

/** Every set of masks that a method has for a case. */
function setsOf(
  { predict, predictRaters, sample }: Predictor,
  { image }: Example,
  { samples, size }: Pick<DPersonaSettings, 'samples' | 'size'>,
): Partial<Record<SetName, Float32Array[]>> {
  return tf.tidy(() => {
    const input = tf.tensor4d(image.data, [1, size, size, image.channels]);
    const maps = (stack: tf.Tensor, count: number) => {
      const values = stack.dataSync() as Float32Array;
      const pixels = size * size;
      return Array.from({ length: count }, (_, i) => values.slice(i * pixels, (i + 1) * pixels));
    };
    if (!predictRaters && !sample) return { 'one mask': maps(predict(input), 1) };
    return {
      ...(sample && { samples: maps(sample(input, { count: samples }), samples) }),
      ...(predictRaters && { ranks: maps(tf.transpose(predictRaters(input), [4, 0, 1, 2, 3]), RANKS) }),
    };
  });
}

/** D-Persona's four measures. Two empty masks are at distance 1, as in its code. */
export function measured(maps: readonly Float32Array[], masks: readonly ArrayLike<number>[]): Measures {
  return {
    ged: generalizedEnergyDistance(maps, masks, { threshold: 0.5, bothEmpty: 1 }),
    diceSoft: softDice(meanVote(maps), meanVote(masks)),
    diceMax: diceMax(maps, masks, { threshold: 0.5 }).mean,
    diceMatch: diceMatch(maps, masks, { threshold: 0.5 }),
  };
}
