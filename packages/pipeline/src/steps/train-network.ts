import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  adam,
  cosine,
  type EpochRecord,
  type Example,
  type ModelMeta,
  type Storage,
  type TrainOptions,
  train,
  unseal,
} from '@diff/train';
import { fileStorage, saveModel } from '@diff/train/node';
import type * as tfl from '@tensorflow/tfjs-layers';
import { fileName } from '../folder/file-name.js';
import type { Context } from './context.js';

/** Steps from one checkpoint to the next, at most so many are lost when a run is killed. */
const CHECKPOINT_EVERY = 20;

/** Ids of the cases to learn from, and of those that say when it is enough; of these there may be none. */
export interface TrainingCases {
  train: readonly string[];
  validation: readonly string[];
}

/** Where there are fewer cases than a batch wants, a batch is all of them. */
export const batchOf = (batchSize: number, cases: number) => Math.min(batchSize, cases);

export interface NetworkTraining {
  name: string;
  examples: readonly Example[];
  validation: readonly Example[];
  settings: { epochs: number; batchSize: number; learningRate: number };
  options?: Pick<TrainOptions, 'task' | 'balanced' | 'labels'>;
  meta?: ModelMeta;
}

/**
 * Trains a network from where it was stopped, if it was, and stores it in the round's folder: with the weights of the epoch
 * that did best on the validation cases, where there are any, and else of the last.
 */
export async function trainNetwork(
  model: tfl.LayersModel,
  { name, examples, validation, settings, options, meta }: NetworkTraining,
  { config, folder, seed, key, input, structures, staged, progress, epoch }: Context,
): Promise<EpochRecord[]> {
  const checkpoints = await checkpointsOf(folder.checkpoints, name, key);
  const { epochs, batchSize, learningRate } = settings;
  const { history } = await train(model, examples, {
    ...options,
    epochs,
    batchSize: batchOf(batchSize, examples.length),
    ...(validation.length && { validation: { examples: validation, patience: config.train.patience } }),
    optimizer: adam({ learningRate }),
    ...(config.train.schedule !== 'constant' && { schedule: cosine({ warmup: 0.1 }) }),
    augmentation: { flip: 'both', shift: 0.05, rotate: 10 },
    seed,
    storage: await withoutDamaged(fileStorage(checkpoints)),
    checkpointEvery: CHECKPOINT_EVERY,
    onStep: ({ step }) => progress(step),
    onEpoch: epoch,
  });
  const { height, width, channels } = input;
  await saveModel(model, staged(folder.model(name)), {
    ...meta,
    structures,
    preprocessing: { height, width, channels },
    seed,
  });
  await rm(checkpoints, { recursive: true, force: true });
  return history;
}

/** Removes damaged checkpoints: the training goes on from an older one, or begins again, to the same numbers. */
export async function withoutDamaged(storage: Storage): Promise<Storage> {
  for (const name of await storage.list())
    await unseal(await storage.read(name), name).catch(() => storage.remove(name));
  return storage;
}

/** The folder of a network's checkpoints; those of the same network under other settings are swept. */
async function checkpointsOf(root: string, name: string, key: string): Promise<string> {
  const prefix = `${fileName(name)}-`;
  const own = `${prefix}${key.slice(0, 16)}`;
  const found = await readdir(root).catch(() => []);
  for (const other of found)
    if (other.startsWith(prefix) && other !== own) await rm(join(root, other), { recursive: true });
  return join(root, own);
}
