import type { Entry } from '@diff/datasets';
import { checkClasses, UserError } from 'diff-pipeline';
import { say } from './cells.js';
import { type DataRoots, rootOf } from './data-roots.js';
import { compared, fingerprint, isOfPaper, openPaper, type PaperData, splitPaper } from './paper-data.js';
import { isReal, type Parts, paperParts, partsOf, type TaskName } from './tasks.js';

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
  for (const task of tasks) if (isReal(task)) rootOf(data, task);
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
