import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Case, type Dataset, lidc, type PhantomKind, phantom } from '@diff/datasets';

export const taskNames = ['fundus', 'thyroid', 'skin', 'lidc'] as const;
export type TaskName = (typeof taskNames)[number];

export interface Task {
  name: TaskName;
  structures: string[];
  imageChannels: number;
  train: Case[];
  test: Case[];
}

/**
 * A task's cases, split by patient. Phantoms are half ill, so that an AUC over few cases says something; of a nodule of
 * LIDC, the middle slice.
 */
export async function loadTask(
  name: TaskName,
  { train, test, size, seed }: { train: number; test: number; size: number; seed: number },
): Promise<Task> {
  const dataset =
    name === 'lidc'
      ? await realNodules(size)
      : phantom(name as PhantomKind, { cases: train + test, size, seed, prevalence: 0.5 });
  const fractions = { train: train / (train + test), test: test / (train + test) };
  const parts = dataset.split({ fractions, seed });
  const [first, second] = await Promise.all([read(parts.train.take(train)), read(parts.test.take(test))]);
  return {
    name,
    structures: [...dataset.structures],
    imageChannels: first[0]!.image.channels,
    train: first,
    test: second,
  };
}

async function realNodules(size: number): Promise<Dataset> {
  const root = process.env.DIFF_DATA ?? join(import.meta.dirname, '../../../../shared/data');
  if (!existsSync(join(root, 'lidc')))
    throw new Error(`no lidc folder in ${root}; set DIFF_DATA to the folder that has it`);
  const dataset = await lidc(join(root, 'lidc'), { size });
  const slices = new Map<string, string[]>();
  const nodule = (id: string) => id.replace(/\/[^/]*$/, '');
  for (const { id } of dataset.entries) slices.set(nodule(id), [...(slices.get(nodule(id)) ?? []), id]);
  const middle = new Set([...slices.values()].map((ids) => ids[ids.length >> 1]));
  return dataset.filter(({ id, diagnosis }) => middle.has(id) && diagnosis !== undefined);
}

async function read(dataset: Dataset): Promise<Case[]> {
  const cases: Case[] = [];
  for await (const one of dataset.cases()) cases.push(one);
  return cases;
}
