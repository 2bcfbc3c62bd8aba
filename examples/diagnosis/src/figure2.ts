/**
 * The paper's Figure 2 in small: how much do each rater's masks help each diagnosis network?
 *
 * One network is trained for each seed on cases newly drawn for that seed: by default on the masks of all raters in
 * turn, and then given each rater's masks of the test cases (the paper: "we then provide the models with different
 * segmentation masks annotated by seven different raters respectively"); with `--protocol each` on one rater's masks
 * and tested on the same rater's. Results are kept one by one in the run folder: the same command goes on.
 */
import { availableParallelism } from 'node:os';
import { type PhantomKind, predictedAuc } from '@diff/datasets';
import { Command, InvalidArgumentError, Option } from 'commander';
import { type Figure2Result, type Figure2Settings, ratersOf } from './figure2-cell.js';
import { percent } from './interval.js';
import { networks } from './networks.js';
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
  .option('--steps <n>', 'of training', count, 600)
  .option('--workers <n>', 'trainings at the same time', count, availableParallelism())
  .option('--out <folder>', 'run folder', '.diff/figure2')
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
  }>();

interface Row extends Job {
  settings: Figure2Settings & Job['settings'];
}

const { train, test, size, width, steps } = options;
const jobs: Row[] = options.tasks.flatMap((task) =>
  Array.from({ length: options.seeds }, (_, seed) => {
    const names = [...Object.keys(networks), ...(task === 'fundus' ? ['vcdrThreshold', 'vcdrSvm'] : [])];
    return names.flatMap((network) => {
      // noMask never looks at a mask: one training stands for all raters.
      const groups = options.protocol === 'each' && network !== 'noMask' ? ratersOf(task) : ['all'];
      return groups.map((trainedOn): Row => {
        const sizes = { train, test, size, width, steps, batchSize: 16, learningRate: 3e-3 };
        return {
          id: [task, network, trainedOn, seed].join('-'),
          kind: 'figure2',
          settings: { task, network, trainedOn, seed, ...sizes },
        };
      });
    });
  }).flat(),
);
const results = await runJobs<Figure2Result>(options.out, jobs, options.workers);

/** AUC by seed of a network given a rater's masks. */
function values(task: string, network: string, rater: string): number[] {
  return jobs.flatMap(({ settings }, i) => {
    const value = results[i]![network === 'noMask' ? 'MV' : rater];
    return settings.task === task && settings.network === network && value !== undefined ? [value] : [];
  });
}

for (const task of options.tasks) {
  const raters = [...ratersOf(task), ...(options.protocol === 'shared' ? ['MV'] : [])];
  const names = [
    ...new Set(jobs.flatMap(({ settings }) => (settings.task === task ? [settings.network] : []))),
  ];
  const row = (cells: string[]) => console.log(`| ${cells.join(' | ')} |`);
  console.log(`\n### ${task}\n`);
  row(['network', ...raters, 'gain over noMask']);
  console.log(`|${[' --- ', ...raters.map(() => ' ---: '), ' ---: '].join('|')}|`);
  const base = values(task, 'noMask', 'MV');
  for (const network of names) {
    if (network === 'noMask') {
      row([network, percent(base), ...raters.slice(1).map(() => '″'), '']);
      continue;
    }
    const cells = raters.map((rater) => values(task, network, rater));
    const own = cells.slice(0, ratersOf(task).length);
    const gain = base.map((auc, seed) => own.reduce((sum, cell) => sum + cell[seed]!, 0) / own.length - auc);
    row([network, ...cells.map(percent), percent(gain)]);
  }
  const limit = (of: string) => (100 * predictedAuc(task, of, { prevalence: 0.5 })).toFixed(1);
  const raterLimits = raters.map((rater) => (rater === 'MV' ? '' : limit(rater)));
  row(['what the masks hold', ...raterLimits, `the picture holds ${limit('image')}`]);
}
