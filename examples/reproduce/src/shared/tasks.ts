import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Case, type Dataset, type Entry, lidc, type PhantomKind, phantom } from '@diff/datasets';
import { Option } from 'commander';
import { checkClasses, UserError } from 'diff-pipeline';

export const phantomNames = ['fundus', 'thyroid', 'skin'] as const satisfies readonly PhantomKind[];
export const taskNames = [...phantomNames, 'lidc'] as const;
export type TaskName = (typeof taskNames)[number];

/** The option that says where real data are. Empty: nobody said. */
export const dataOption = () =>
  new Option('--data <folder>', 'the folder that has lidc/, where that is asked for').default(
    process.env.DIFF_DATA ?? '',
    'DIFF_DATA',
  );

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
export async function loadTask(settings: TaskSettings, data: string): Promise<Task> {
  const parts = await partsOf(settings, data);
  const [first, second] = await Promise.all([read(parts.train), read(parts.test)]);
  return {
    name: settings.task,
    structures: [...parts.train.structures],
    imageChannels: first[0]!.image.channels,
    train: first,
    test: second,
  };
}

async function partsOf({ task, seed, train, test, size }: TaskSettings, data: string) {
  const dataset =
    task === 'lidc'
      ? await realNodules(data, size)
      : phantom(task, { cases: train + test, size, seed, prevalence: 0.5 });
  if (dataset.length < train + test)
    throw new UserError(
      `${task} has ${dataset.length} cases; --train and --test ask for ${train} and ${test}`,
    );
  const fractions = { train: train / (train + test), test: test / (train + test) };
  const parts = dataset.split({ fractions, seed });
  return { train: parts.train.take(train), test: parts.test.take(test) };
}

/** One sentence where real data are asked for and are not there, before anything is trained. */
export function checkTasks(tasks: readonly TaskName[], data: string): void {
  if (!tasks.includes('lidc')) return;
  if (!data) throw new UserError('lidc is real data: --data names the folder that has it');
  if (!existsSync(join(data, 'lidc')))
    throw new UserError(`there is no lidc folder in ${data}; --data names the folder that has it`);
}

/**
 * One sentence where the cases of a task and seed would not do, before anything is trained.
 *
 * @param portions Into how many the training cases are divided; each is to have a batch, and either diagnosis.
 */
export async function checkCases({ tasks, seeds, data, ...sizes }: CaseOptions, portions = 1): Promise<void> {
  checkBatch(sizes.train, portions);
  for (const task of tasks)
    for (let seed = 0; seed < seeds; seed++) {
      const { train, test } = await partsOf({ task, seed, ...sizes }, data);
      checkParts(`${task}, seed ${seed}`, train.entries, test.entries, portions);
    }
}

interface CaseOptions extends Omit<TaskSettings, 'task' | 'seed'> {
  tasks: readonly TaskName[];
  seeds: number;
  data: string;
}

/** Networks are trained in batches of 16. */
export function checkBatch(train: number, portions = 1): void {
  const least = 16 * portions;
  if (train < least) throw new UserError(`--train is ${train}, expected at least ${least}`);
}

/** An AUC takes a test case of either diagnosis. */
export function checkParts(
  which: string,
  train: readonly Entry[],
  test: readonly Entry[],
  portions = 1,
): void {
  checkClasses(train, `the training cases of ${which}`, portions);
  checkClasses(test, `the test cases of ${which}`, 1);
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
