import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Case, type Dataset, lidc, type PhantomKind, phantom } from '@diff/datasets';
import { UserError } from '../user-error.js';

export const phantomNames = ['fundus', 'thyroid', 'skin'] as const satisfies readonly PhantomKind[];
export const taskNames = [...phantomNames, 'lidc'] as const;
export type TaskName = (typeof taskNames)[number];

/** Real data, as they lie beside the repository; `DIFF_DATA` names another place. */
export const dataFolder =
  process.env.DIFF_DATA ?? fileURLToPath(new URL('../../../../../shared/data', import.meta.url));

export interface Task {
  name: TaskName;
  structures: string[];
  imageChannels: number;
  train: Case[];
  test: Case[];
}

/** Which cases. */
export interface TaskSettings {
  task: TaskName;
  seed: number;
  train: number;
  test: number;
  size: number;
}

/**
 * A task's cases, split by patient. Phantoms are half ill, so that an AUC over few cases says something; of a nodule of
 * LIDC, the middle slice.
 */
export async function loadTask({ task, seed, train, test, size }: TaskSettings, data: string): Promise<Task> {
  const dataset =
    task === 'lidc'
      ? await realNodules(data, size)
      : phantom(task, { cases: train + test, size, seed, prevalence: 0.5 });
  const fractions = { train: train / (train + test), test: test / (train + test) };
  const parts = dataset.split({ fractions, seed });
  const [first, second] = await Promise.all([read(parts.train.take(train)), read(parts.test.take(test))]);
  return {
    name: task,
    structures: [...dataset.structures],
    imageChannels: first[0]!.image.channels,
    train: first,
    test: second,
  };
}

/** One sentence where real data are asked for and are not there, before anything is trained. */
export function checkTasks(tasks: readonly TaskName[], data: string): void {
  if (tasks.includes('lidc') && !existsSync(join(data, 'lidc')))
    throw new UserError(`there is no lidc folder in ${data}; --data names the folder that has it`);
}

/** One sentence where there are fewer training cases than a batch needs, before anything is trained. */
export function checkTraining(train: number, least = 16): void {
  if (train < least) throw new UserError(`--train is ${train}, expected at least ${least}`);
}

async function realNodules(data: string, size: number): Promise<Dataset> {
  const dataset = await lidc(join(data, 'lidc'), { size, slices: 'middle' });
  return dataset.filter(({ diagnosis }) => diagnosis !== undefined);
}

async function read(dataset: Dataset): Promise<Case[]> {
  const cases: Case[] = [];
  for await (const one of dataset.cases()) cases.push(one);
  return cases;
}
