import { type Case, type Dataset, lidc, type PhantomKind, phantom } from '@diff/datasets';
import { UserError } from 'diff-pipeline';
import { type DataRoots, rootOf } from './data-roots.js';
import { isOfPaper, openPaper, paperNames, splitPaper } from './paper-data.js';
import { papilaModels } from './papila-models.js';

export const phantomNames = ['fundus', 'thyroid', 'skin'] as const satisfies readonly PhantomKind[];
/** What experiments are done on where nobody says: phantoms, and the real data that anybody may have. */
export const smallNames = [...phantomNames, 'lidc'] as const;
export const taskNames = [...smallNames, ...paperNames] as const;
/** Outlines without photographs: what looks at the picture sees a blank one, and judges by the masks alone. */
export const maskOnlyNames = ['papila-models'] as const;
export type TaskName = (typeof taskNames)[number] | (typeof maskOnlyNames)[number];

/** Whether a task's cases lie in a folder that the user names. */
export const isReal = (task: TaskName): boolean =>
  task === 'lidc' || task === 'papila-models' || isOfPaper(task);

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

/** The cases of each part, found and not read yet. */
export async function partsOf(settings: TaskSettings, data: DataRoots) {
  const { task, seed, size } = settings;
  if (isOfPaper(task)) {
    const { dataset, raters } = await openPaper(task, rootOf(data, task), size);
    return { ...paperParts(task, dataset, settings), raters };
  }
  const { train, test } = settings;
  const dataset =
    task === 'lidc'
      ? await realNodules(data, size)
      : task === 'papila-models'
        ? await papilaModels(rootOf(data, task), size)
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
export function paperParts(
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

async function realNodules(data: DataRoots, size: number): Promise<Dataset> {
  const dataset = await lidc(rootOf(data, 'lidc'), { size, slices: 'middle' });
  return dataset.filter(({ diagnosis }) => diagnosis !== undefined);
}

async function read(dataset: Dataset): Promise<Case[]> {
  const cases: Case[] = [];
  for await (const one of dataset.cases())
    cases.push(one.image.channels ? one : { ...one, image: blank(one) });
  return cases;
}

const blank = ({ image: { height, width } }: Case) => ({
  ...{ height, width, channels: 1 },
  data: new Float32Array(height * width),
});
