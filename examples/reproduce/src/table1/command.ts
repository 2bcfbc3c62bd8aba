import { join } from 'node:path';
import { Command, Option } from 'commander';
import { drawBars } from '../shared/bar-chart.js';
import { nameOf, runCells } from '../shared/cells.js';
import { checkCases } from '../shared/check-cases.js';
import {
  type CaseCounts,
  type Counts,
  countsOf,
  networkCounts,
  type RunOptions,
  scheduleOf,
  withOptions,
} from '../shared/options.js';
import { publish } from '../shared/page.js';
import { type StudyResult, type StudySettings, studyPasses } from '../shared/study.js';
import { smallNames } from '../shared/tasks.js';
import { type Table1Result, type Table1Settings, table1Id, table1Passes } from './cell.js';
import { BASELINE, networkNames, networksFor, widthOf } from './networks.js';
import { type Table1Row, table1, table1Bars } from './table.js';

const counts = {
  ...networkCounts,
  filters: [32, 'channels of the decoders of Baseline-Seg and T&G', 256],
  heads: [4, 'of the attention'],
  diagnosisEpochs: [30, 'of the diagnosis networks', 120],
  iterations: [30, 'of DF-GT', 125],
  epochs: [30, 'of the segmentation networks', 80],
} satisfies Counts;

interface Options extends RunOptions, CaseCounts, Record<keyof typeof counts, number> {
  networks: string[];
}

/** The paper's Table 1 in small: the networks made for each disease beside Baseline-Seg and T&G, trained on the same DF-GT. */
export const table1Command = () =>
  withOptions(new Command('table1'), { tasks: smallNames, cases: { train: 120, test: 48 }, counts })
    .description('soft Dice against DF-GT of the networks made for each disease, beside Baseline-Seg and T&G')
    .addOption(
      new Option('--networks <names...>', `beside ${BASELINE}; on each task those that are for it`)
        .choices(networkNames)
        .default([...networkNames], 'all'),
    )
    .action(async (options: Options) => {
      const cases = await checkCases(options);
      const studies = Array.from({ length: options.seeds }, (_, seed) =>
        options.tasks.map((task): StudySettings => {
          const { filters: _, heads: __, epochs: ___, ...sizes } = countsOf(counts, options);
          return { task, seed, ...cases.of(task, seed), ...sizes, schedule: scheduleOf(options) };
        }),
      ).flat();
      const labels = await runCells<StudyResult, StudySettings>(
        studies.map((settings) => ({ id: `${nameOf(settings)}/references`, kind: 'study', settings })),
        options,
        { work: { passes: studyPasses, network: options } },
      );
      const trained = await runCells<Table1Result, Table1Settings>(
        studies
          .flatMap((study) => settingsOf(study, options))
          .map((settings) => ({ id: table1Id(settings), kind: 'table1', settings })),
        options,
        { work: { passes: table1Passes, network: options } },
      );
      const rows: Table1Row[] = [
        ...labels.map(({ settings: { task, seed }, result }) => {
          const arm = 'mean vote itself';
          return { task, seed, arm, weights: 0, ...result[arm] };
        }),
        ...trained.map(({ settings: { study, network }, result }) => {
          const { task, seed } = study;
          return { task, seed, arm: network, ...result };
        }),
      ];
      const files: Record<string, string> = {};
      const parts = options.tasks.map((task) => {
        const own = rows.filter((row) => row.task === task);
        const name = `table1-${task}.svg`;
        files[name] = join(options.out, name);
        const structures = Object.keys(own[0]!.dice).join(' and ');
        const chart = drawBars(
          files[name],
          `${task}: soft Dice of the ${structures} by network`,
          table1Bars(own),
          Boolean(options.write),
          { label: 'soft Dice', base: 0 },
        );
        return `### ${task}\n\n${table1(own, BASELINE)}\n\n${chart}`;
      });
      const body = [aboutRun(options, cases.about, trained), ...parts].join('\n\n');
      const done = [...labels, ...trained];
      await publish(
        { section: 'table1', page: 'results/table1.md', body, cells: done, files, engine: options.engine },
        options.write,
      );
    });

function settingsOf(study: StudySettings, options: Options): Table1Settings[] {
  const { filters, heads, epochs, networks, width, preset } = options;
  return networksFor(study.task)
    .filter((network) => network === BASELINE || networks.includes(network))
    .map((network) => ({
      study,
      network,
      training: {
        ...{ width: widthOf(network, width, preset === 'small'), filters, heads, epochs },
        // Its nodules fill so little of the picture that learning that would take all of the epochs.
        ...(study.task === 'lidc' && { prior: true as const }),
      },
    }));
}

function aboutRun(options: Options, cases: string, trained: readonly { settings: Table1Settings }[]): string {
  const { seeds, size, depth, width, filters, heads, epochs, learningRate } = options;
  const widths = new Map(trained.map(({ settings }) => [settings.network, settings.training.width]));
  const narrow = [...widths].flatMap(([name, own]) => (own === width ? [] : [`, ${name}’s ${own}`])).join('');
  return (
    `${cases}; ${seeds} seed${seeds === 1 ? '' : 's'}; ${size} × ${size}, networks of width ${width}${narrow}; ResNet${depth}s in Baseline-Seg, T&G and ` +
    `Baseline-Dia, decoders of ${filters} channels, ${heads} heads; ${epochs} epochs in batches of 16 by Adam at ${learningRate}, each with the loss and ` +
    `task of its paper, on LIDC from the share of pixels that are inside; Baseline-Dia ${options.diagnosisEpochs} epochs, DF-GT ${options.iterations} iterations. Soft Dice against DF-GT, mean over test cases of ` +
    'all seeds; in brackets 95 % bootstrap intervals over test cases. A step is of 16 cases, the shortest of six; memory is what tensors hold at most ' +
    'in a step.'
  );
}
