import { availableParallelism } from 'node:os';
import type { EngineName } from '@diff/backend';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { UserError } from 'diff-pipeline';
import { numberWithin, queueOption, wholeNumber } from 'diff-pipeline/cli';
import { type DataRoots, dataOption } from './data-roots.js';
import { engineNames } from './engine.js';
import { isOfPaper, paperNames } from './paper-data.js';
import { type TaskName, taskNames } from './tasks.js';

/**
 * Numbers that decide a result beside the task and the seed, each an option: its default, what it is, what it is under
 * `--preset paper` where that is another, and how it is read where it is no whole number.
 */
export type Counts = Record<
  string,
  readonly [value: number, says: string, paper?: number, read?: (text: string) => number]
>;

/** How all networks are trained and built: what most experiments count. `README.md` has the source of each number. */
export const networkCounts = {
  size: [64, 'side of the images', 256],
  depth: [18, 'layers of the ResNets: 18, 34, 50 or 101', 50, depth],
  width: [8, 'channels of the ResNets after the stem', 64],
  learningRate: [3e-3, 'of the networks, by Adam', 1e-4, numberWithin(1e-9, 1)],
} satisfies Counts;

/** Epochs of the diagnosis networks: the paper does not say, its released code has 120. */
export const diagnosisEpochs = [40, 'of the diagnosis networks', 120] as const;
export const iterations = [60, 'of DF-GT', 125] as const;

export type Preset = 'small' | 'paper';

/** Options that every experiment has. */
export interface RunOptions<T extends TaskName = TaskName> {
  tasks: T[];
  seeds: number;
  workers: number;
  engine?: EngineName;
  queue?: string;
  data: DataRoots;
  out: string;
  preset: Preset;
  write: string | boolean;
}

/** How many cases of each part; not given: all that the data have. */
export interface CaseCounts {
  train?: number;
  test?: number;
}

interface Defaults {
  /** Of the experiments that are done on several tasks and seeds. */
  tasks?: readonly TaskName[];
  choices?: readonly TaskName[];
  seeds?: number;
  /** Of those that train and test on cases of a task; with the paper's preset all that there are, but for `ofPaper`. */
  cases?: { train: number; test: number; ofPaper?: CaseCounts };
  counts: Counts;
  out?: string;
  /** Why it is not for the paper's data, where it is not. */
  notOfPaper?: string;
}

/** Adds `counts` as options, `--diagnosis-epochs` for `diagnosisEpochs`, and those that every experiment has. */
export function withOptions(command: Command, defaults: Defaults): Command {
  const { tasks, choices = taskNames, seeds = 3, cases, counts } = defaults;
  const { out = `.diff/${command.name()}`, notOfPaper } = defaults;
  if (tasks)
    command
      .addOption(taskOption(command.name(), tasks, choices, notOfPaper))
      .option('--seeds <n>', 'how many, each with data or a split of its own', wholeNumber(1), seeds);
  else command.addOption(new Option('--tasks <names...>').hideHelp());
  if (cases)
    command
      .option('--train <n>', 'training cases', wholeNumber(1), cases.train)
      .option('--test <n>', 'test cases', wholeNumber(1), cases.test);
  for (const [name, [value, says, paper, read = wholeNumber(1)]] of Object.entries(counts))
    command.option(
      `--${name.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`)} <n>`,
      notOfPaper !== undefined || paper === undefined ? says : `${says}; the paper’s: ${paper}`,
      read,
      value,
    );
  const preset = new Option('--preset <name>', 'in small, or with the paper’s data, networks and numbers')
    .choices(['small', 'paper'])
    .default('small');
  return command
    .addOption(notOfPaper === undefined ? preset : preset.hideHelp())
    .option('--workers <n>', 'cells at the same time', wholeNumber(1), availableParallelism())
    .addOption(
      new Option('--engine <name>', 'of TensorFlow.js; with the paper’s preset the best that is there')
        .choices(engineNames)
        .default('wasm'),
    )
    .addOption(queueOption('npm run reproduce -- worker'))
    .addOption(dataOption())
    .option('--out <folder>', 'run folder: what is done is kept there', out)
    .option('--write [folder]', 'put the result into the page of this folder; by default docs/', false)
    .hook('preAction', (_, asked) => applyPreset(asked, defaults));
}

/** The tasks, and a sentence for one that the experiment is not for. */
function taskOption(
  name: string,
  tasks: readonly TaskName[],
  choices: readonly TaskName[],
  notOfPaper: string | undefined,
): Option {
  const initial = [...tasks];
  return new Option('--tasks <names...>')
    .choices(choices)
    .default(initial)
    .argParser((text: string, before: TaskName[]) => {
      const task = choices.find((choice) => choice === text);
      if (task) return before === initial ? [task] : [...before, task];
      if (isOfPaper(text)) throw new UserError(`${name} is not for ${text}: ${notOfPaper}`);
      throw new InvalidArgumentError(`Allowed choices are ${choices.join(', ')}.`);
    });
}

/** Puts the paper's numbers where the user gave none. */
export function applyPreset(command: Command, { tasks, cases, counts, notOfPaper }: Defaults): void {
  const name = command.name();
  if (!tasks && command.getOptionValue('tasks')) throw new UserError(`${name} has no tasks: ${notOfPaper}`);
  if (command.getOptionValue('preset') !== 'paper') return;
  if (notOfPaper !== undefined) throw new UserError(`${name} has no preset of the paper: ${notOfPaper}`);
  const write = command.getOptionValue('write');
  if (write)
    throw new UserError('--write is for results in small, which the pages hold: not with --preset paper');
  const put = (name: string, value: unknown) => {
    if (command.getOptionValueSource(name) === 'default')
      command.setOptionValueWithSource(name, value, 'config');
  };
  if (tasks) {
    put('tasks', [...paperNames]);
    put('seeds', 1);
    checkOfPaper(command.getOptionValue('tasks'));
  }
  put('engine', undefined);
  if (cases) for (const part of ['train', 'test'] as const) put(part, cases.ofPaper?.[part]);
  for (const [name, [, , paper]] of Object.entries(counts)) if (paper !== undefined) put(name, paper);
}

/** @throws UserError for a task that the paper does not have. */
export function checkOfPaper(tasks: readonly TaskName[]): void {
  const other = tasks.find((task) => !isOfPaper(task));
  if (other !== undefined)
    throw new UserError(
      `--preset paper is for the paper’s data, ${paperNames.join(', ')}: ${other} is none of them`,
    );
}

/** How the learning rate goes over a training: the paper's is "always" the same. */
export const scheduleOf = ({ preset }: { preset: Preset }) =>
  preset === 'paper' ? ('constant' as const) : ('cosine' as const);

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

function depth(text: string): number {
  if (['18', '34', '50', '101'].includes(text)) return Number(text);
  throw new InvalidArgumentError('Expected 18, 34, 50 or 101.');
}
