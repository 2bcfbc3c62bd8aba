import { join } from 'node:path';
import { phantom } from '@diff/datasets';
import { Command, Option } from 'commander';
import { drawBars } from '../shared/bar-chart.js';
import type { Cell } from '../shared/cell.js';
import { runCells } from '../shared/cells.js';
import { checkBatch, checkCases, checkParts } from '../shared/check-cases.js';
import { judgeNames } from '../shared/judges.js';
import {
  type CaseCounts,
  type Counts,
  countsOf,
  diagnosisEpochs,
  networkCounts,
  type RunOptions,
  scheduleOf,
  withOptions,
} from '../shared/options.js';
import { publish } from '../shared/page.js';
import { isOfPaper, paperNames } from '../shared/paper-data.js';
import { phantomNames } from '../shared/tasks.js';
import { drawn, type Figure2Result, type Figure2Settings, figure2Passes } from './cell.js';
import { figure2Bars, figure2Table } from './table.js';

const counts = {
  ...networkCounts,
  steps: [400, 'of training, 16 cases each; with the paper’s preset as many as 120 epochs of the cases have'],
} satisfies Counts;

const names = [...phantomNames, ...paperNames];
type Name = (typeof names)[number];

interface Options extends RunOptions<Name>, CaseCounts, Record<keyof typeof counts, number> {
  protocol: 'shared' | 'each';
  networks: string[];
}

/** The cases of a task and seed, and who outlined them. */
interface Found {
  parts: Pick<Figure2Settings, 'train' | 'validation' | 'test' | 'data'>;
  raters: readonly string[];
}

const measured = ['vcdrThreshold', 'vcdrSvm'];
const compared = [...judgeNames, ...measured].filter((name) => name !== 'noMask');

/**
 * The paper's Figure 2: how much do each rater's masks help each diagnosis network?
 *
 * One network is trained for each seed, of phantoms on cases newly drawn for that seed: by default on the masks of all raters
 * in turn, and then given each rater's masks of the test cases (the paper: "we then provide the models with different
 * segmentation masks annotated by seven different raters respectively"); with `--protocol each` on one rater's masks
 * and tested on the same rater's.
 */
export const figure2Command = () =>
  withOptions(new Command('figure2'), {
    tasks: phantomNames,
    choices: names,
    cases: { train: 480, test: 300 },
    counts,
  })
    .description('AUC of every diagnosis network on every rater’s masks')
    .addOption(
      new Option('--protocol <name>', 'train on all raters’ masks, or once for each rater')
        .choices(['shared', 'each'])
        .default('shared'),
    )
    .addOption(
      new Option(
        '--networks <names...>',
        'beside noMask; those of the cup-to-disc ratio on fundus and refuge2',
      )
        .choices(compared)
        .default(compared, 'all'),
    )
    .action(async (options: Options, command: Command) => {
      const stepsTold = options.preset === 'small' || command.getOptionValueSource('steps') === 'cli';
      const { find, about: cases } = await findCases(options);
      const cells = options.tasks.flatMap((task) =>
        Array.from({ length: options.seeds }, (_, seed) => {
          const found = find(task, seed);
          const steps = stepsTold ? options.steps : diagnosisEpochs[2] * Math.floor(found.parts.train / 16);
          return trainings(task, seed, found, { ...options, steps });
        }).flat(),
      );
      const done = await runCells<Figure2Result, Figure2Settings>(cells, options, {
        work: { passes: figure2Passes, network: options },
      });
      const trained =
        options.protocol === 'shared'
          ? 'trained on the masks of all raters in turn, and given each rater’s (MV: their mean) on the test cases'
          : 'trained on one rater’s masks and tested on the same rater’s';
      const about =
        `AUC (%) on test cases, mean and 95 % interval over ${options.seeds} seeds; ResNet${options.depth} of width ` +
        `${options.width}, ${options.size} × ${options.size}, ${cases}, ` +
        `${stepsTold ? `${options.steps} steps` : `${diagnosisEpochs[2]} epochs`} of 16, ${trained}.`;
      const section = options.protocol === 'shared' ? 'figure2' : 'figure2-each';
      const files: Record<string, string> = {};
      const tables = options.tasks.map((task) => {
        const { raters } = find(task, 0);
        const name = `${section}-${task}.svg`;
        files[name] = join(options.out, name);
        const title = `${task}: AUC by network and rater whose masks it is given`;
        const shown = drawBars(files[name], title, figure2Bars(task, raters, done), Boolean(options.write));
        return `**${task}**\n\n${figure2Table(task, raters, done)}\n\n${shown}`;
      });
      const body = [about, ...tables].join('\n\n');
      await publish(
        { section, page: 'results/figure2.md', body, cells: done, engine: options.engine, files },
        options.write,
      );
    });

/** One sentence where the cases of a task and seed would not do; phantoms are drawn, training cases first. */
async function findCases(options: Options) {
  const ofPaper = options.tasks.filter(isOfPaper);
  const copies = await checkCases({ ...options, tasks: ofPaper });
  const { train = 0, test = 0, size } = options;
  const phantoms = options.tasks.filter((task) => !isOfPaper(task)) as (typeof phantomNames)[number][];
  for (const task of phantoms) {
    checkBatch(train);
    for (let seed = 0; seed < options.seeds; seed++) {
      const { entries } = drawn({ task, seed, size, train, test });
      checkParts(`${task}, seed ${seed}`, entries.slice(0, train), entries.slice(train));
    }
  }
  const find = (task: Name, seed: number): Found =>
    isOfPaper(task)
      ? { parts: copies.of(task, seed), raters: copies.raters(task) }
      : { parts: { train, test }, raters: phantom(task, { cases: 1 }).raters };
  const same = phantoms.length ? [`${train} training and ${test} test cases`] : [];
  return { find, about: [...same, ...(ofPaper.length ? [copies.about] : [])].join('. ') };
}

function trainings(
  task: Name,
  seed: number,
  { parts, raters }: Found,
  options: Options,
): Cell<Figure2Settings>[] {
  const asked = compared.filter((name) => options.networks.includes(name));
  const hasRatio = task === 'fundus' || task === 'refuge2';
  const networks = ['noMask', ...asked.filter((name) => hasRatio || !measured.includes(name))];
  return networks.flatMap((network) => {
    // noMask never looks at a mask: one training stands for all raters.
    const groups = options.protocol === 'each' && network !== 'noMask' ? raters : ['all'];
    return groups.map((trainedOn) => ({
      id: [task, network, trainedOn, seed].join('-'),
      kind: 'figure2',
      settings: {
        ...{ task, network, trainedOn, seed },
        ...parts,
        ...countsOf(counts, options),
        schedule: scheduleOf(options),
      },
    }));
  });
}
