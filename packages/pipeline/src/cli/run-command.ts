import { basename, join, resolve } from 'node:path';
import { Command } from 'commander';
import { readConfig } from '../config/read-config.js';
import type { Config } from '../config/schema.js';
import type { Results } from '../folder/results.js';
import { runFolder } from '../folder/run-folder.js';
import { sentence } from '../jobs/progress.js';
import { runPipeline } from '../run/run-pipeline.js';
import { summary } from '../run/summary.js';
import { duration } from '../terminal/duration.js';
import { interruptible } from '../terminal/interrupt.js';
import { statusLine } from '../terminal/status-line.js';
import { wholeNumber } from './option-values.js';

export interface RunFlags {
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
    new Command(name)
      .option('--data <folder>', 'images, masks and diagnoses in any layout that @diff/datasets knows')
      .option('--out <folder>', 'run folder; by default .diff/ and the name of the data'),
  );

/** Runs the pipeline with progress, and prints what came out. */
export async function run(file: string | undefined, { data, out, workers, set }: RunFlags): Promise<void> {
  const settings = data === undefined ? set : [...set, `data.root=${JSON.stringify(resolve(data))}`];
  const config = await readConfig({ file, set: settings });
  const folder = out ?? join('.diff', nameOf(config));
  const started = Date.now();
  const results = await runShown(config, folder, workers);
  const report = resolve(runFolder(folder).report);
  console.log(`${summary(results)}\n\nDone in ${duration((Date.now() - started) / 1000)}. Report: ${report}`);
}

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
