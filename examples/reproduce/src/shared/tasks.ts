import { type Case, type Dataset, type Entry, lidc, type PhantomKind, phantom } from '@diff/datasets';
import { checkClasses, UserError } from 'diff-pipeline';
import { say } from './cells.js';
import { type DataRoots, rootOf } from './data-roots.js';
import {
  compared,
  fingerprint,
  isOfPaper,
  openPaper,
  type PaperData,
  paperNames,
  splitPaper,
} from './paper-data.js';

export const phantomNames = ['fundus', 'thyroid', 'skin'] as const satisfies readonly PhantomKind[];
/** What experiments are done on where nobody says: phantoms, and the real data that anybody may have. */
export const smallNames = [...phantomNames, 'lidc'] as const;
export const taskNames = [...smallNames, ...paperNames] as const;
export type TaskName = (typeof taskNames)[number];

export interface Task {
  name: TaskName;
  structures: string[];
  raters: string[];
  imageChannels: number;
  train: Case[];
  /** What says which epoch's weights are kept; none: the last one's are. */
  validation: Case[];
  test: Case[];
}

/** How many cases each part has, and which those are. */
export interface Parts {
  train: number;
  test: number;
  /** Default: none. */
  validation?: number;
  /** Of a user's copy of the paper's data: a hash of what names and tables tell of the cases. */
  data?: string;
}

/** Which cases. */
export interface TaskSettings extends Parts {
  task: TaskName;
  seed: number;
  size: number;
}

/**
 * A task's cases, split by patient. Phantoms are half ill, so that an AUC over few cases says something; of a nodule of
 * LIDC, the middle slice; of the paper's data sets, their own split or one of the paper's shares.
 */
export async function loadTask(settings: TaskSettings, data: DataRoots): Promise<Task> {
  const parts = await partsOf(settings, data);
  const [first, kept, second] = await Promise.all([parts.train, parts.validation, parts.test].map(read));
  const raters = isOfPaper(settings.task) ? parts.raters : parts.train.raters;
  return {
    name: settings.task,
    structures: [...parts.train.structures],
    raters: [...raters],
    imageChannels: first![0]!.image.channels,
    train: first!,
    validation: kept!,
    test: second!,
  };
}

async function partsOf(settings: TaskSettings, data: DataRoots) {
  const { task, seed, size } = settings;
  if (isOfPaper(task)) {
    const { dataset, raters } = await openPaper(task, rootOf(data, task), size);
    return { ...paperParts(task, dataset, settings), raters };
  }
  const { train, test } = settings;
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
  return {
    train: parts.train.take(train),
    validation: dataset.take(0),
    test: parts.test.take(test),
    raters: dataset.raters,
  };
}

/** As many of each part as are asked for, with its share of ill cases; all where nobody says. */
function paperParts(
  task: TaskName,
  dataset: Dataset,
  { seed, train, validation, test }: { seed: number } & Partial<Parts>,
) {
  const whole = splitPaper(dataset, seed);
  const some = (part: Dataset, count: number | undefined, option: string) => {
    if (count === undefined || count === part.length) return part;
    if (count > part.length)
      throw new UserError(`${task} has ${part.length} cases for ${option}, which is ${count}`);
    const fractions = { kept: Math.min(1, (count + 1) / part.length) };
    return part.split({ fractions, seed }).kept.take(count);
  };
  return {
    train: some(whole.train, train, '--train'),
    validation: validation === undefined ? dataset.take(0) : some(whole.validation, validation, 'validation'),
    test: some(whole.test, test, '--test'),
  };
}

export interface CaseOptions {
  tasks: readonly TaskName[];
  seeds: number;
  data: DataRoots;
  size: number;
  /** Not given: all that the data have for it. */
  train?: number;
  test?: number;
  preset?: string;
}

/** The cases of every task, found before anything is trained. */
export interface CheckedCases {
  of(task: TaskName, seed: number): Parts;
  /** The raters of a task. */
  raters(task: TaskName): readonly string[];
  /** What they are, for a table: how many of each part, and of the paper's data a sentence each. */
  about: string;
}

/**
 * Finds the cases. One sentence where those of a task and seed would not do, before anything is trained.
 *
 * @param portions Into how many the training cases are divided; each is to have a batch, and either diagnosis.
 */
export async function checkCases(options: CaseOptions, portions = 1): Promise<CheckedCases> {
  const { tasks, seeds, data, size, train, test, preset } = options;
  if (train !== undefined) checkBatch(train, portions);
  const found = new Map<string, Parts>();
  const raters = new Map<TaskName, readonly string[]>();
  const lines: string[] = [];
  for (const task of tasks) if (task === 'lidc' || isOfPaper(task)) rootOf(data, task);
  for (const task of tasks) {
    const copy = isOfPaper(task) ? await openPaper(task, rootOf(data, task), size) : undefined;
    for (let seed = 0; seed < seeds; seed++) {
      const parts = copy
        ? partsOfCopy(task, copy, { seed, train, test, preset })
        : await partsOf({ task, seed, size, train: train!, test: test! }, data);
      const least = 16 * portions;
      if (parts.train.length < least)
        throw new UserError(`${task} has ${parts.train.length} training cases, expected at least ${least}`);
      checkParts(`${task}, seed ${seed}`, parts.train.entries, parts.test.entries, portions);
      if (parts.validation.length)
        checkClasses(parts.validation.entries, `the validation cases of ${task}`, 1);
      found.set(`${task} ${seed}`, {
        train: parts.train.length,
        test: parts.test.length,
        ...(parts.validation.length && { validation: parts.validation.length }),
        ...(copy && { data: fingerprint([parts.train, parts.validation, parts.test]) }),
      });
      raters.set(task, copy?.raters ?? parts.train.raters);
      if (copy && isOfPaper(task) && seed === 0) lines.push(compared(task, copy, found.get(`${task} 0`)!));
    }
  }
  const of = (task: TaskName, seed: number) => found.get(`${task} ${seed}`)!;
  const drawn =
    tasks.length > 0 && tasks.every(isOfPaper) ? [] : [`${train} training and ${test} test cases`];
  for (const line of lines) say(line);
  const about = [...drawn, ...lines].join('. ');
  return { of, raters: (task) => raters.get(task)!, about };
}

/** With the paper's preset its validation part too. */
function partsOfCopy(
  task: TaskName,
  { dataset }: PaperData,
  { seed, train, test, preset }: { seed: number } & Pick<CaseOptions, 'train' | 'test' | 'preset'>,
) {
  const validation = preset === 'paper' ? splitPaper(dataset, seed).validation.length : undefined;
  return paperParts(task, dataset, { seed, train, test, validation });
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

async function realNodules(data: DataRoots, size: number): Promise<Dataset> {
  const dataset = await lidc(rootOf(data, 'lidc'), { size, slices: 'middle' });
  return dataset.filter(({ diagnosis }) => diagnosis !== undefined);
}

async function read(dataset: Dataset): Promise<Case[]> {
  const cases: Case[] = [];
  for await (const one of dataset.cases()) cases.push(one);
  return cases;
}
