import { useBackend } from '@diff/backend';
import type { Variant } from '@diff/tg-model';
import { Command, InvalidArgumentError } from 'commander';
import { type TaskName, taskNames } from '../../diagnosis-first/src/task.js';

/** What decides a result, besides the task, the seed and the arm; the run folder's names are made of it. */
export interface Settings {
  train: number;
  test: number;
  size: number;
  width: number;
  filters: number;
  heads: number;
  diagnosisEpochs: number;
  iterations: number;
  epochs: number;
  learningRate: number;
  engine: string;
}

export interface Run {
  settings: Settings;
  tasks: TaskName[];
  variants: Variant[];
  seeds: number;
  controls: boolean;
  out: string;
  signal: AbortSignal;
}

type Flags = Omit<Settings, 'engine'> & Omit<Run, 'settings' | 'signal'>;

const count = (text: string) => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('expected a positive integer');
  return value;
};
const rate = (text: string) => {
  const value = Number(text);
  if (!(value > 0 && value < 1)) throw new InvalidArgumentError('expected a number between 0 and 1');
  return value;
};

/** Reads the command line, and starts an engine. Ctrl-C stops between two steps, with a checkpoint written. */
export async function commandLine(
  name: string,
  description: string,
  tasks: readonly TaskName[],
): Promise<Run> {
  const program = new Command(name)
    .description(`${description}\nCells that are done are kept in the run folder; started again, it goes on.`)
    .option('--tasks <names...>', `of ${taskNames.join(', ')}`, [...tasks])
    .option('--variants <names...>', 'of paper, released', ['paper', 'released'])
    .option('--seeds <n>', 'how many', count, 3)
    .option('--train <n>', 'training cases', count, 200)
    .option('--test <n>', 'test cases', count, 60)
    .option('--size <pixels>', 'side of the images', count, 64)
    .option('--width <channels>', 'of the ResNet18s after the stem', count, 16)
    .option('--filters <n>', 'channels of the decoder', count, 64)
    .option('--heads <n>', 'of the attention', count, 4)
    .option('--diagnosis-epochs <n>', 'of the diagnosis network', count, 12)
    .option('--iterations <n>', 'of DF-GT', count, 60)
    .option('--epochs <n>', 'of the segmentation networks', count, 40)
    .option('--learning-rate <x>', 'of Adam', rate, 1e-3)
    .option('--no-controls', 'leave out the arms with an untrained diagnosis network, and with a residual')
    .option('--out <folder>', 'run folder', '.diff/take-and-give')
    .parse();
  const { tasks: wanted, variants, seeds, controls, out, ...settings } = program.opts<Flags>();
  for (const [given, known] of [
    [wanted, taskNames],
    [variants, ['paper', 'released']],
  ] as [string[], readonly string[]][]) {
    const unknown = given.filter((one) => !known.includes(one));
    if (unknown.length)
      program.error(`unknown: ${unknown.join(', ')}; there are ${known.join(', ')}`, { exitCode: 2 });
  }
  const { name: engine } = await useBackend();
  const controller = new AbortController();
  process.once('SIGINT', () => controller.abort(new Error('stopped; run the same command again to go on')));
  return {
    settings: { ...settings, engine },
    tasks: wanted,
    variants,
    seeds,
    controls,
    out,
    signal: controller.signal,
  };
}

/** A name for what the settings decide, short enough for a file. */
export const keyOf = (settings: object) =>
  Object.entries(settings)
    .map(([name, value]) => `${name}${value}`)
    .join('-');

const started = Date.now();
/** Progress goes to standard error, results to standard output. */
export const say = (text: string) =>
  console.error(`${((Date.now() - started) / 1000).toFixed(0).padStart(6)} s  ${text}`);

/** Prints a table when it is done; where it was stopped, says how to go on. */
export async function print(table: Promise<string>, { signal }: Run): Promise<void> {
  try {
    console.log(await table);
  } catch (error) {
    if (!signal.aborted) throw error;
    say((error as Error).message);
    process.exitCode = 130;
  }
}
