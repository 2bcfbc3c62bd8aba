import { join } from 'node:path';
import { Command, Option } from 'commander';
import { drawBars } from '../shared/bar-chart.js';
import { grid, nameOf, runCells } from '../shared/cells.js';
import { checkCases } from '../shared/check-cases.js';
import { type JudgeName, judgeNames } from '../shared/judges.js';
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
import { maskOnlyNames, smallNames, taskNames } from '../shared/tasks.js';
import {
  type Figure4Row,
  type Figure4Settings,
  type FusionName,
  figure4Passes,
  firstFusions,
  firstJudges,
  fusionNames,
} from './cell.js';
import { merged } from './merged.js';
import { figure4Bars, figure4Table } from './table.js';

const counts = { ...networkCounts, epochs: diagnosisEpochs, iterations } satisfies Counts;

type Options = RunOptions &
  CaseCounts &
  Record<keyof typeof counts, number> & {
    matched?: true;
    judges: JudgeName[];
    fusions: FusionName[];
  };

/** The paper's Figure 4 in small: how well networks diagnose on image ⊕ fused label, by fusion. */
export const figure4Command = () =>
  withOptions(new Command('figure4'), {
    tasks: smallNames,
    choices: [...taskNames, ...maskOnlyNames],
    cases: { train: 160, test: 50 },
    counts,
  })
    .description('AUC of diagnosis networks on fused labels, by fusion and protocol')
    .option('--matched', 'also the other parametrisations at the step size and bound of ExpG')
    .addOption(new Option('--judges <names...>').choices(judgeNames).default(judgeNames, 'all'))
    .addOption(
      new Option('--fusions <names...>', 'beside the mean vote')
        .choices(fusionNames)
        .default(fusionNames, 'all'),
    )
    .action(async (options: Options) => {
      // Networks are trained on either half too, in batches of 16.
      const cases = await checkCases(options, 2);
      const sizes = { ...countsOf(counts, options), schedule: scheduleOf(options) };
      const base = grid('figure4', options, (task, seed) => ({
        ...sizes,
        ...cases.of(task, seed),
        ...(options.matched && { matched: true as const }),
      }));
      const cells = blocksOf(options).flatMap(({ name, ...lists }) =>
        base.map(({ kind, settings }) => ({
          ...{ id: [nameOf(settings), ...name].join('-'), kind },
          settings: { ...settings, ...lists } as Figure4Settings,
        })),
      );
      const done = await runCells<Figure4Row[], Figure4Settings>(cells, options, {
        work: { passes: figure4Passes, network: sizes },
      });
      const about =
        `AUC on test cases, mean and 95 % interval over ${options.seeds} seeds; ResNet${sizes.depth}s of width ${sizes.width}, ` +
        `${sizes.size} × ${sizes.size}, ${cases.about}, ${sizes.epochs} epochs; DF-GT by ${sizes.iterations} iterations.`;
      const rows = options.tasks.flatMap((task) =>
        merged(done.filter(({ settings }) => settings.task === task).flatMap(({ result }) => result)),
      );
      const files: Record<string, string> = {};
      const parts = options.tasks.map((task) => {
        const own = rows.filter((row) => row.task === task);
        const name = `figure4-${task}.svg`;
        files[name] = join(options.out, name);
        const title = `${task}: AUC by judge, fusion and protocol`;
        return `${figure4Table(own)}\n\n${drawBars(files[name], title, figure4Bars(own), Boolean(options.write))}`;
      });
      const body = [about, ...parts].join('\n\n');
      const page = 'results/figure4.md';
      // Beside the others a task that the paper's figure is not of would put them off the page.
      const apart = options.tasks.every((task) => maskOnlyNames.some((name) => name === task));
      const section = apart ? `figure4-${options.tasks[0]}` : 'figure4';
      await publish({ section, page, body, cells: done, engine: options.engine, files }, options.write);
    });

interface Block {
  /** What is added to the names of its cells. */
  name: string[];
  judges?: JudgeName[];
  fusions?: FusionName[];
}

/**
 * Cells of what the figure had at first, of fusions that came later, and of judges that did: where cells of one are done, another
 * needs none of them.
 */
function blocksOf({ judges, fusions }: Pick<Options, 'judges' | 'fusions'>): Block[] {
  const among = <T extends string>(asked: readonly T[], first: readonly string[], wanted: boolean) =>
    asked.filter((name) => first.includes(name) === wanted);
  const all = fusionNames.filter((name) => name === 'MV' || fusions.includes(name));
  const [old, later] = [among(all, firstFusions, true), among(all, firstFusions, false)];
  const [known, joined] = [among(judges, firstJudges, true), among(judges, firstJudges, false)];
  const whole = old.length === firstFusions.length && known.length === firstJudges.length;
  return [
    whole ? { name: [] } : { name: ['first'], judges: known, fusions: old },
    { name: ['fusions'], judges, fusions: later },
    { name: ['judges'], judges: joined, fusions: old },
  ].filter((block) => block.judges?.length !== 0 && block.fusions?.length !== 0);
}
