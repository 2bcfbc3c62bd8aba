import { Command, Option } from 'commander';
import { type Cell, runCells } from '../shared/cells.js';
import { judgeNames } from '../shared/judges.js';
import { type Counts, countsOf, type RunOptions, withOptions } from '../shared/options.js';
import { publish } from '../shared/page.js';
import { checkBatch, checkParts, phantomNames } from '../shared/tasks.js';
import { casesOf, type Figure2Result, type Figure2Settings, ratersOf } from './cell.js';
import { figure2Table } from './table.js';

const counts = {
  train: [480, 'training cases'],
  test: [300, 'test cases'],
  size: [64, 'side of the images'],
  width: [8, 'channels of the ResNet18s after the stem'],
  steps: [400, 'of training'],
} satisfies Counts;

interface Options extends RunOptions<(typeof phantomNames)[number]>, Record<keyof typeof counts, number> {
  protocol: 'shared' | 'each';
  networks: string[];
}

const measured = ['vcdrThreshold', 'vcdrSvm'];
const compared = [...judgeNames, ...measured].filter((name) => name !== 'noMask');

/**
 * The paper's Figure 2 in small: how much do each rater's masks help each diagnosis network?
 *
 * One network is trained for each seed on cases newly drawn for that seed: by default on the masks of all raters in
 * turn, and then given each rater's masks of the test cases (the paper: "we then provide the models with different
 * segmentation masks annotated by seven different raters respectively"); with `--protocol each` on one rater's masks
 * and tested on the same rater's.
 */
export const figure2Command = () =>
  withOptions(new Command('figure2'), { tasks: phantomNames, choices: phantomNames, counts })
    .description('AUC of every diagnosis network on every rater’s masks, on phantoms')
    .addOption(
      new Option('--protocol <name>', 'train on all raters’ masks, or once for each rater')
        .choices(['shared', 'each'])
        .default('shared'),
    )
    .addOption(
      new Option('--networks <names...>', 'beside noMask; those of the cup-to-disc ratio on fundus alone')
        .choices(compared)
        .default(compared, 'all'),
    )
    .action(async (options: Options) => {
      checkBatch(options.train);
      const cells = options.tasks.flatMap((task) =>
        Array.from({ length: options.seeds }, (_, seed) => trainings(task, seed, options)).flat(),
      );
      for (const { settings } of cells) {
        const { task, seed, train } = settings;
        const { entries } = casesOf(settings);
        checkParts(`${task}, seed ${seed}`, entries.slice(0, train), entries.slice(train));
      }
      const done = await runCells<Figure2Result, Figure2Settings>(cells, options);
      const trained =
        options.protocol === 'shared'
          ? 'trained on the masks of all raters in turn, and given each rater’s (MV: their mean) on the test cases'
          : 'trained on one rater’s masks and tested on the same rater’s';
      const about =
        `AUC (%) on ${options.test} test cases, mean and 95 % interval over ${options.seeds} seeds, each with data of its own; ` +
        `ResNet18 of width ${options.width}, ${options.size} × ${options.size}, ${options.train} training cases, ` +
        `${options.steps} steps of 16, ${trained}.`;
      const tables = options.tasks.map((task) => `**${task}**\n\n${figure2Table(task, done)}`);
      const body = [about, ...tables].join('\n\n');
      const section = options.protocol === 'shared' ? 'figure2' : 'figure2-each';
      await publish({ section, page: 'results/figure2.md', body, cells: done }, options.write);
    });

function trainings(task: Figure2Settings['task'], seed: number, options: Options): Cell<Figure2Settings>[] {
  const asked = compared.filter((name) => options.networks.includes(name));
  const names = ['noMask', ...asked.filter((name) => task === 'fundus' || !measured.includes(name))];
  return names.flatMap((network) => {
    // noMask never looks at a mask: one training stands for all raters.
    const groups = options.protocol === 'each' && network !== 'noMask' ? ratersOf(task) : ['all'];
    return groups.map((trainedOn) => ({
      id: [task, network, trainedOn, seed].join('-'),
      kind: 'figure2',
      settings: {
        task,
        network,
        trainedOn,
        seed,
        ...countsOf(counts, options),
        batchSize: 16,
        learningRate: 3e-3,
      },
    }));
  });
}
