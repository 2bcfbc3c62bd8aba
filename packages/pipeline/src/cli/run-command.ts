import { basename, join, resolve } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { readSettings } from '../config/read-config.js';
import type { Config } from '../config/schema.js';
import { workKinds } from '../config/work-kinds.js';
import type { DataFlags } from '../data/open-data.js';
import type { Results } from '../folder/results.js';
import { runFolder } from '../folder/run-folder.js';
import { sentence } from '../jobs/progress.js';
import type { TimeLimits } from '../run/jobs-of-run.js';
import { planRun, type RunPlan } from '../run/plan-run.js';
import { runPipeline } from '../run/run-pipeline.js';
import { summary } from '../run/summary.js';
import { bar } from '../terminal/bar.js';
import { coloursOn } from '../terminal/colours.js';
import { duration } from '../terminal/duration.js';
import { interruptible } from '../terminal/interrupt.js';
import { statusLine } from '../terminal/status-line.js';
import { UserError } from '../user-error.js';
import { checkOut } from './check-out.js';
import { dataOptions } from './data-options.js';
import { filled, wholeNumber } from './option-values.js';

/** Who does the jobs of a run: see `RunOptions`. */
export interface ShownOptions {
  workers?: number;
  timeLimit?: TimeLimits;
  queue?: string;
}

export interface RunFlags extends DataFlags, ShownOptions {
  data?: string;
  out?: string;
  set: string[];
}

/** Adds the options of every command that runs the pipeline. */
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
      (one: string, all: string[]) => [...all, filled(one)],
      [] as string[],
    );

/** What `train`, `demo` and `plan` have in common. */
export function runCommand(name: string, { out = true } = {}): Command {
  const command = new Command(name).option(
    '--data <folder>',
    'images, masks and diagnoses: a published data set, what `write` wrote, or your own by --masks and --images',
    filled,
  );
  if (out)
    command
      .option('--out <folder>', 'run folder; by default .diff/ and the name of the data', filled)
      .option(
        '--time-limit <kind=seconds...>',
        `ends a job of a kind that takes longer, does what does not need it, and says so: arm=7200; kinds are ${workKinds.join(', ')}`,
        timeLimit,
      );
  return withRunOptions(dataOptions(command));
}

/** The configuration of a file, options and --set, completed by what the data suggest. */
export async function planOf(
  file: string | undefined,
  { data, out: _, workers: __, timeLimit: ___, queue: ____, set, ...flags }: RunFlags,
): Promise<RunPlan> {
  if (flags.slices && (flags.masks ?? flags.images))
    throw new UserError('--slices belongs to LIDC, without --masks or --images');
  return planRun(await readSettings({ file, set: [...set, ...settingsOf(data, flags)] }), file);
}

/** Runs the pipeline with progress, and prints what came out. */
export async function run(file: string | undefined, flags: RunFlags): Promise<void> {
  const { config } = await planOf(file, flags);
  if (flags.out !== undefined && flags.data !== undefined) checkOut(flags.out, [flags.data]);
  const folder = flags.out ?? join('.diff', nameOf(config));
  const started = Date.now();
  const results = await runShown(config, folder, flags);
  const report = resolve(runFolder(folder).report);
  const { yellow } = coloursOn(process.stdout);
  const text = summary(results).replaceAll(/^WARNING: .*$/gm, (line) => yellow(line));
  console.log(`${text}\n\nDone in ${duration((Date.now() - started) / 1000)}. Report: ${report}`);
}

/** What was said of the data by flags, as settings: flags and settings of `data` have the same names. */
const settingsOf = (root: string | undefined, flags: DataFlags): string[] =>
  Object.entries({ root: root && resolve(root), ...flags }).flatMap(([name, value]) =>
    value === undefined ? [] : [`data.${name}=${JSON.stringify(value)}`],
  );

/** Runs the pipeline with progress on standard error, until it is done or the user stops it. */
export function runShown(
  config: Config,
  folder: string,
  { workers, timeLimit, queue }: ShownOptions = {},
): Promise<Results> {
  const line = statusLine();
  const { cyan } = coloursOn(process.stderr);
  let lastStep: string | undefined;
  return interruptible((signal) =>
    runPipeline(config, folder, {
      signal,
      workers,
      timeLimits: timeLimit,
      queue,
      command: ['diff-pipeline', ...process.argv.slice(2)].join(' '),
      onProgress: (progress) => {
        const ends = progress.done >= progress.total && progress.step !== lastStep;
        if (ends) lastStep = progress.step;
        line.show(
          () => sentence(progress),
          ends,
          () => progress.running.map(({ id, done, size }) => `${cyan(bar(done / size))} ${id}`),
        );
      },
      say: (text) => {
        line.clear();
        console.error(text);
      },
    }),
  ).finally(line.clear);
}

const nameOf = ({ data }: Config) => (data.root === undefined ? data.phantom : basename(resolve(data.root)));

function timeLimit(text: string, before: TimeLimits = {}): TimeLimits {
  const [, name, seconds] = /^(.+)=(\d+(?:\.\d+)?)$/.exec(text) ?? [];
  const kind = workKinds.find((one) => one === name);
  if (!kind || !Number(seconds))
    throw new InvalidArgumentError(
      `Expected a kind and seconds above 0, one of ${workKinds.join('=…, ')}=….`,
    );
  return { ...before, [kind]: Number(seconds) };
}
