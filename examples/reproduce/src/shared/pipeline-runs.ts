import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { multiRaterNetworks } from '@diff/networks/multi-rater';
import { type Command, Option } from 'commander';
import {
  type Arm,
  type Config,
  estimateTime,
  planRun,
  type Results,
  readConfig,
  runFolder,
} from 'diff-pipeline';
import { duration, queueOption, runShown, withRunOptions } from 'diff-pipeline/cli';
import { say } from './cells.js';
import { type DataRoots, dataOption, rootOf } from './data-roots.js';
import { startEngine } from './engine.js';
import { applyPreset, diagnosisEpochs, iterations, networkCounts, type Preset } from './options.js';
import type { Publication } from './page.js';
import { compared, hasSplit, isOfPaper, openPaper, splitPaper } from './paper-data.js';
import { isReal, smallNames, type TaskName, taskNames } from './tasks.js';

/** Options of what is made of runs of the whole pipeline, one per task. */
export interface PipelineOptions {
  tasks: TaskName[];
  workers?: number;
  queue?: string;
  data: DataRoots;
  out: string;
  preset: Preset;
  rivals?: true;
  set: string[];
  write: string | boolean;
}

/** The paper's T&G first, and what it is compared with. */
const arms: Arm[] = [
  { network: 'T&G', label: 'DF-GT' },
  { network: 'Baseline-Seg', label: 'DF-GT' },
  { network: 'Baseline-Seg', label: 'MV' },
  { network: 'Baseline-Seg', label: 'STAPLE' },
];

/** The paper's rivals, and others that learn from several raters; a plain network on one rater, drawn anew at every step, and on further fusions. */
const rivals: Arm[] = [
  { network: 'Baseline-Seg', label: 'randomRater' },
  { network: 'Baseline-Seg', label: 'Shared' },
  { network: 'Baseline-Seg', label: 'AggNet' },
  { network: 'Baseline-Seg', label: 'MaxMig' },
  ...multiRaterNetworks.map(({ name }): Arm => ({ network: name, label: 'raters' })),
];

/** Settings of `--preset paper`, but for what depends on the data. `README.md` has the source of each. */
const ofPaper = [
  ...['diagnosis', 'segmentation'].flatMap((network) => [
    ...(['depth', 'width', 'learningRate'] as const).map(
      (name) => `${network}.${name}=${networkCounts[name][2]}`,
    ),
    `${network}.batchSize=16`,
  ]),
  `data.size=${networkCounts.size[2]}`,
  `diagnosis.epochs=${diagnosisEpochs[2]}`,
  `fusion.iterations=${iterations[2]}`,
  'segmentation.epochs=80',
  'segmentation.filters=256',
  'segmentation.loss=bce',
  'train.schedule=constant',
  // All epochs are done.
  `train.patience=${diagnosisEpochs[2]}`,
];

export const withPipelineOptions = (command: Command): Command =>
  withRunOptions(
    command
      .addOption(new Option('--tasks <names...>').choices(taskNames).default([...smallNames]))
      .addOption(
        new Option('--preset <name>', 'in small, or with the paper’s data, networks and numbers')
          .choices(['small', 'paper'])
          .default('small'),
      )
      .option('--rivals', 'also networks that learn from every rater’s mask, of the paper and beyond')
      .addOption(queueOption('npm run reproduce -- worker'))
      .addOption(dataOption())
      .option('--out <folder>', 'folder of the runs, one per task', '.diff/table2'),
  )
    .option('--write [folder]', 'put the result into the pages of this folder; by default docs/', false)
    .hook('preAction', (_, asked) => applyPreset(asked, { tasks: smallNames, counts: {} }));

export interface TaskRun {
  task: TaskName;
  /** The run folder. */
  folder: string;
  results: Results;
  /** What the page says of where a result is from. */
  origin: Pick<Publication, 'page' | 'cells' | 'unit' | 'engine'>;
}

/**
 * Runs the pipeline on every task, which does nothing again that is there, and gives each when it is done.
 *
 * @param seeds Rounds on each phantom. Without it a run that was begun in the folder goes on under its own settings; a new one
 *   has 3.
 */
export async function* pipelineRuns(options: PipelineOptions & { seeds?: number }): AsyncGenerator<TaskRun> {
  for (const task of options.tasks) if (isReal(task)) rootOf(options.data, task);
  // All settings are checked before the first run, which may take an hour.
  const runs = await Promise.all(
    options.tasks.map(async (task) => {
      const folder = join(options.out, task);
      return { task, folder, config: await configOf(task, folder, options) };
    }),
  );
  for (const { task, folder, config } of runs) {
    const { workers, queue } = options;
    if (queue === undefined && !existsSync(runFolder(folder).results)) await tellTime(task, config, workers);
    const results = await runShown(config, folder, { workers, queue });
    const cells = results.rounds.map(({ seconds }) => ({
      seconds: Object.values(seconds).reduce((sum, one) => sum + one, 0),
    }));
    const [page, unit] = task === 'lidc' ? ['results/lidc.md', 'fold'] : ['results/phantoms.md', 'round'];
    yield { task, folder, results, origin: { page, cells, unit, engine: results.provenance.engine.name } };
  }
}

/** Says how long a run takes from its beginning, as `diff-pipeline plan` does. */
async function tellTime(task: TaskName, config: Config, workers: number | undefined): Promise<void> {
  const { survey } = await planRun(config);
  const engine = await startEngine(config.engine, {
    size: config.data.size,
    workers: workers ?? availableParallelism(),
  });
  const seconds = await estimateTime(config, survey, engine.workers);
  say(
    `${task}: ${survey.dataset.length} cases, about ${duration(seconds)} on ${engine.engine} from the beginning`,
  );
}

async function configOf(
  task: TaskName,
  folder: string,
  { seeds, data, set, preset, rivals: more }: PipelineOptions & { seeds?: number },
): Promise<Config> {
  const source = isReal(task)
    ? [`data.root=${JSON.stringify(resolve(rootOf(data, task)))}`, ...(await copyOf(task, data))]
    : [`data.phantom=${task}`];
  const { config } = runFolder(folder);
  if (seeds === undefined && existsSync(config))
    return readConfig({ file: config, set: [...source, ...set] });
  // LIDC's readers are anonymous.
  const readers = task === 'lidc' ? ['data.anonymous=true'] : [];
  const rounds = task === 'lidc' ? 'data.folds=5' : `rounds=${seeds ?? (preset === 'paper' ? 1 : 3)}`;
  const paper = preset === 'paper' ? ofPaper : [];
  return readConfig({
    set: [
      `segmentation.arms=${JSON.stringify(more ? [...arms, ...rivals] : arms)}`,
      // The tables are the paper's.
      'segmentation.variant=paper',
      ...paper,
      ...source,
      rounds,
      ...readers,
      ...set,
    ],
  });
}

/** Whose masks of a copy of the paper's data are read, and how it is split: as the copy says, or by the paper's shares. */
async function copyOf(task: TaskName, data: DataRoots): Promise<string[]> {
  if (!isOfPaper(task)) return [];
  const copy = await openPaper(task, rootOf(data, task));
  const parts = splitPaper(copy.dataset, 0);
  const [train, validation, test] = [parts.train.length, parts.validation.length, parts.test.length];
  say(compared(task, copy, { train, validation, test }));
  const split = hasSplit(copy.dataset)
    ? ['data.split=published']
    : // A fifth of all, and a quarter of the rest.
      ['data.test=0.2', 'train.validation=0.25'];
  return [`data.raters=${JSON.stringify(copy.raters)}`, 'data.fewestRaters=2', ...split];
}
