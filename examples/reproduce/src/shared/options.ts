import { availableParallelism } from 'node:os';
import { type Command, Option } from 'commander';
import { wholeNumber } from 'diff-pipeline/cli';
import { dataOption, type TaskName, taskNames } from './tasks.js';

/** Numbers that decide a result beside the task and the seed, each an option with its default. */
export type Counts = Record<string, readonly [value: number, says: string]>;

/** Options that every experiment has. */
export interface RunOptions<T extends TaskName = TaskName> {
  tasks: T[];
  seeds: number;
  workers: number;
  data: string;
  out: string;
  write: string | boolean;
}

interface Defaults {
  /** Of the experiments that are done on several tasks and seeds. */
  tasks?: readonly TaskName[];
  choices?: readonly TaskName[];
  seeds?: number;
  counts: Counts;
  out?: string;
}

/** Adds `counts` as options, `--diagnosis-epochs` for `diagnosisEpochs`, and those that every experiment has. */
export function withOptions(
  command: Command,
  { tasks, choices = taskNames, seeds = 3, counts, out = `.diff/${command.name()}` }: Defaults,
): Command {
  if (tasks)
    command
      .addOption(new Option('--tasks <names...>').choices(choices).default([...tasks]))
      .option('--seeds <n>', 'how many, each with data of its own', wholeNumber(1), seeds);
  for (const [name, [value, says]] of Object.entries(counts))
    command.option(
      `--${name.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`)} <n>`,
      says,
      wholeNumber(1),
      value,
    );
  return command
    .option('--workers <n>', 'cells at the same time', wholeNumber(1), availableParallelism())
    .addOption(dataOption())
    .option('--out <folder>', 'run folder: what is done is kept there', out)
    .option('--write [folder]', 'put the result into the page of this folder; by default docs/', false);
}

/** The counts among the options, in their order. */
export function countsOf<C extends Counts>(
  counts: C,
  options: Record<keyof C, number>,
): Record<keyof C, number> {
  return Object.fromEntries(Object.keys(counts).map((name) => [name, options[name]])) as Record<
    keyof C,
    number
  >;
}
