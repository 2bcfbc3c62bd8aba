import { raterCharacters } from '@diff/datasets';
import { Command, Option } from 'commander';
import { grid, runCells } from '../shared/cells.js';
import { expertness as parametrisations } from '../shared/fusions.js';
import { judgeNames } from '../shared/judges.js';
import { type Counts, countsOf, type RunOptions, withOptions } from '../shared/options.js';
import { publish } from '../shared/page.js';
import { checkCases, phantomNames } from '../shared/tasks.js';
import type { WorthResult, WorthSettings } from './cell.js';
import { worthTable } from './table.js';

const counts = {
  train: [200, 'training cases'],
  test: [40, 'fused cases'],
  size: [64, 'side of the images'],
  width: [8, 'channels of the ResNet18 after the stem'],
  epochs: [40, 'of the diagnosis network'],
  iterations: [60, 'of DF-GT'],
} satisfies Counts;

type Options = RunOptions<(typeof phantomNames)[number]> &
  Record<keyof typeof counts, number> &
  Pick<WorthSettings, 'expertness' | 'objective' | 'judge'>;

/** What DF-GT makes of raters whose characters are known: it should follow those whose hand knows the diagnosis. */
export const worthCommand = () =>
  withOptions(new Command('worth'), { tasks: phantomNames, choices: phantomNames, seeds: 5, counts })
    .description('what DF-GT made of each rater at the border, on phantoms, whose raters are known')
    .addOption(new Option('--expertness <name>').choices(Object.keys(parametrisations)).default('expG'))
    .addOption(new Option('--objective <name>').choices(['bce', 'logit']).default('logit'))
    .addOption(
      new Option('--judge <name>', 'the network that DF-GT is fitted to')
        .choices(judgeNames.filter((name) => name !== 'noMask'))
        .default('baselineDia'),
    )
    .action(async (options: Options) => {
      await checkCases(options);
      const sizes = countsOf(counts, options);
      const { expertness, objective, judge } = options;
      const cells = grid('worth', options, { ...sizes, expertness, objective, judge });
      const done = await runCells<WorthResult, WorthSettings>(cells, options);
      const about =
        `DF-GT by ${expertness}, objective \`${objective}\`, of ${sizes.test} cases that the diagnosis ` +
        `network (${judge}, width ${sizes.width}, ${sizes.train} training cases, ${sizes.epochs} epochs) never saw; ` +
        `${sizes.size} × ${sizes.size}, ${sizes.iterations} iterations. A rater worth as much as the others has 1; mean ` +
        `and 95 % interval over ${options.seeds} seeds.`;
      const tables = options.tasks.map((task) => {
        const results = done.filter(({ settings }) => settings.task === task).map(({ result }) => result);
        return `**${task}**\n\n${worthTable(results, raterCharacters[task])}`;
      });
      const body = [about, ...tables].join('\n\n');
      await publish(
        {
          section: judge === 'baselineDia' ? 'worth' : `worth-${judge}`,
          page: 'results/worth.md',
          body,
          cells: done,
        },
        options.write,
      );
    });
