/**
 * The paper's Figure 2 in small: how much do each rater's masks help each diagnosis network?
 *
 * One network is trained for each seed on cases newly drawn for that seed: by default on the masks of all raters in
 * turn, and then given each rater's masks of the test cases (the paper: "we then provide the models with different
 * segmentation masks annotated by seven different raters respectively"); with `--protocol each` on one rater's masks
 * and tested on the same rater's. Results are kept one by one in the run folder: the same command goes on.
 */
import { availableParallelism } from 'node:os';
import type { PhantomKind } from '@diff/datasets';
import { Command, InvalidArgumentError, Option } from 'commander';
import { type Figure2Result, type Figure2Settings, ratersOf } from './figure2-cell.js';
import { figure2Table } from './figure2-table.js';
import { networks } from './networks.js';
import { publish } from './report.js';
import { type Job, runJobs } from './run-folder.js';

const count = (text: string) => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('expected a positive integer');
  return value;
};

const tasks = ['fundus', 'thyroid', 'skin'] as const;
const options = new Command('figure2')
  .description('AUC of every diagnosis network on every rater’s masks, on phantoms')
  .addOption(new Option('--tasks <names...>').choices(tasks).default([...tasks]))
  .addOption(
    new Option('--protocol <name>', 'train on all raters’ masks, or once for each rater')
      .choices(['shared', 'each'])
      .default('shared'),
  )
  .option('--seeds <n>', 'how many', count, 3)
  .option('--train <n>', 'training cases', count, 480)
  .option('--test <n>', 'test cases', count, 300)
  .option('--size <pixels>', 'side of the images', count, 64)
  .option('--width <channels>', 'of the ResNet18s after the stem', count, 8)
  .option('--steps <n>', 'of training', count, 400)
  .option('--workers <n>', 'trainings at the same time', count, availableParallelism())
  .option('--out <folder>', 'run folder', '.diff/figure2')
  .option('--write', 'put the result into docs/diagnosis-networks.md', false)
  .parse()
  .opts<{
    tasks: PhantomKind[];
    protocol: 'shared' | 'each';
    seeds: number;
    train: number;
    test: number;
    size: number;
    width: number;
    steps: number;
    workers: number;
    out: string;
    write: boolean;
  }>();

const { train, test, size, width, steps } = options;
const cells: Figure2Settings[] = options.tasks.flatMap((task) =>
  Array.from({ length: options.seeds }, (_, seed) => {
    const names = [...Object.keys(networks), ...(task === 'fundus' ? ['vcdrThreshold', 'vcdrSvm'] : [])];
    return names.flatMap((network) => {
      // noMask never looks at a mask: one training stands for all raters.
      const groups = options.protocol === 'each' && network !== 'noMask' ? ratersOf(task) : ['all'];
      const sizes = { train, test, size, width, steps, batchSize: 16, learningRate: 3e-3 };
      return groups.map((trainedOn) => ({ task, network, trainedOn, seed, ...sizes }));
    });
  }).flat(),
);
const jobs = cells.map(
  (settings): Job => ({
    id: [settings.task, settings.network, settings.trainedOn, settings.seed].join('-'),
    kind: 'figure2',
    settings: { ...settings },
  }),
);
const done = await runJobs<Figure2Result>(options.out, jobs, options.workers);
const outcomes = cells.map((settings, i) => ({ settings, result: done[i]!.result }));

const trained =
  options.protocol === 'shared'
    ? 'trained on the masks of all raters in turn, and given each rater’s (MV: their mean) on the test cases'
    : 'trained on one rater’s masks and tested on the same rater’s';
const about =
  `AUC (%) on ${test} test cases, mean and 95 % interval over ${options.seeds} seeds, each with data of its own; ` +
  `ResNet18 of width ${width}, ${size} × ${size}, ${train} training cases, ${steps} steps of 16, ${trained}.`;
const tables = options.tasks.map((task) => `**${task}**\n\n${figure2Table(task, outcomes)}`);
publish('figure2', [about, ...tables].join('\n\n'), done, options.write);
