import { basename, join, resolve } from 'node:path';
import { Command } from 'commander';
import { readConfig } from '../config/read-config.js';
import type { Config } from '../config/schema.js';
import type { DataFlags } from '../data/open-data.js';
import type { Results } from '../folder/results.js';
import { runFolder } from '../folder/run-folder.js';
import { sentence } from '../jobs/progress.js';
import { runPipeline } from '../run/run-pipeline.js';
import { summary } from '../run/summary.js';
import { duration } from '../terminal/duration.js';
import { interruptible } from '../terminal/interrupt.js';
import { statusLine } from '../terminal/status-line.js';
import { UserError } from '../user-error.js';
import { dataOptions } from './data-options.js';
import { filled, wholeNumber } from './option-values.js';

export interface RunFlags extends DataFlags {
  data?: string;
  out?: string;
  workers?: number;
  set: string[];
}

/** What every command that runs the pipeline has. */
export const withRunOptions = (command: Command): Command =>
  command
    .option(
      '--workers <n>',
      'jobs at the same time, but on a GPU; by default as many as cores',
      wholeNumber(1),
    )
    .option(
      '--set <key.path=value>',
      'a setting, before that of the configuration; may be repeated',
      (one: string, all: string[]) => [...all, one],
      [] as string[],
    );

/** What `train` and `demo` have in common. */
export const runCommand = (name: string): Command =>
  withRunOptions(
    dataOptions(
      new Command(name)
        .option(
          '--data <folder>',
          'images, masks and diagnoses: a published data set, what `write` wrote, or your own by --masks and --images',
          filled,
        )
        .option('--out <folder>', 'run folder; by default .diff/ and the name of the data', filled),
    ),
  );

/** Runs the pipeline with progress, and prints what came out. */
export async function run(
  file: string | undefined,
  { data, out, workers, set, ...flags }: RunFlags,
): Promise<void> {
  if (flags.slices && (flags.masks ?? flags.images))
    throw new UserError('--slices belongs to LIDC, without --masks or --images');
  const config = await readConfig({ file, set: [...set, ...settingsOf(data, flags)] });
  const folder = out ?? join('.diff', nameOf(config));
  const started = Date.now();
  const results = await runShown(config, folder, workers);
  const report = resolve(runFolder(folder).report);
  console.log(`${summary(results)}\n\nDone in ${duration((Date.now() - started) / 1000)}. Report: ${report}`);
}

/** What was said of the data by flags, as settings: flags and settings of `data` have the same names. */
const settingsOf = (root: string | undefined, flags: DataFlags): string[] =>
  Object.entries({ root: root && resolve(root), ...flags }).flatMap(([name, value]) =>
    value === undefined ? [] : [`data.${name}=${JSON.stringify(value)}`],
  );

/** Runs the pipeline with progress on standard error, until it is done or the user stops it. */
export function runShown(config: Config, folder: string, workers?: number): Promise<Results> {
  const line = statusLine();
  let lastStep: string | undefined;
  return interruptible((signal) =>
    runPipeline(config, folder, {
      signal,
      workers,
      command: ['diff-pipeline', ...process.argv.slice(2)].join(' '),
      onProgress: (progress) => {
        const ends = progress.done >= progress.total && progress.step !== lastStep;
        if (ends) lastStep = progress.step;
        line.show(() => sentence(progress), ends);
      },
      say: (text) => {
        line.clear();
        console.error(text);
      },
    }),
  ).finally(line.clear);
}

const nameOf = ({ data }: Config) => (data.root === undefined ? data.phantom : basename(resolve(data.root)));
