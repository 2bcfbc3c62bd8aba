import { raterCharacters } from '@diff/datasets';
import { seesMask } from '@diff/networks/diagnosis';
import { Command, Option } from 'commander';
import { grid, runCells } from '../shared/cells.js';
import { checkCases } from '../shared/check-cases.js';
import { expertness as parametrisations } from '../shared/fusions.js';
import { judgeNames } from '../shared/judges.js';
import {
  type CaseCounts,
  type Counts,
  countsOf,
  diagnosisEpochs,
  iterations,
  networkCounts,
  type RunOptions,
  scheduleOf,
  withOptions,
} from '../shared/options.js';
import { publish } from '../shared/page.js';
import { phantomNames } from '../shared/tasks.js';
import { type WorthResult, type WorthSettings, worthPasses } from './cell.js';
import { worthTable } from './table.js';

const counts = { ...networkCounts, epochs: diagnosisEpochs, iterations } satisfies Counts;

type Options = RunOptions<(typeof phantomNames)[number]> &
  CaseCounts &
  Record<keyof typeof counts, number> &
  Pick<WorthSettings, 'expertness' | 'objective' | 'judge'>;

/** What DF-GT makes of raters whose characters are known: it should follow those whose hand knows the diagnosis. */
export const worthCommand = () =>
  withOptions(new Command('worth'), {
    tasks: phantomNames,
    choices: phantomNames,
    seeds: 5,
    cases: { train: 200, test: 40 },
    counts,
    notOfPaper:
      'it compares what DF-GT follows with the characters of raters, which are known of phantoms alone',
  })
    .description('what DF-GT made of each rater at the border, on phantoms, whose raters are known')
    .addOption(new Option('--expertness <name>').choices(Object.keys(parametrisations)).default('expG'))
    .addOption(new Option('--objective <name>').choices(['bce', 'logit']).default('logit'))
    .addOption(
      new Option('--judge <name>', 'the network that DF-GT is fitted to')
        .choices(judgeNames.filter(seesMask))
        .default('baselineDia'),
    )
    .action(async (options: Options) => {
      const cases = await checkCases(options);
      const sizes = { ...countsOf(counts, options), schedule: scheduleOf(options) };
      const { expertness, objective, judge } = options;
      const cells = grid('worth', options, (task, seed) => ({
        ...{ ...sizes, ...cases.of(task, seed) },
        ...{ expertness, objective, judge },
      }));
      const done = await runCells<WorthResult, WorthSettings>(cells, options, {
        work: { passes: worthPasses, network: sizes },
      });
      const about =
        `DF-GT by ${expertness}, objective \`${objective}\`, of ${options.test} cases that the diagnosis ` +
        `network (${judge}, width ${sizes.width}, ${options.train} training cases, ${sizes.epochs} epochs) never saw; ` +
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
          engine: options.engine,
        },
        options.write,
      );
    });
