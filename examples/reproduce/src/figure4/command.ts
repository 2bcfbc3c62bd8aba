import { Command } from 'commander';
import { grid, runCells } from '../shared/cells.js';
import { checkCases } from '../shared/check-cases.js';
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
import { smallNames } from '../shared/tasks.js';
import { type Figure4Row, type Figure4Settings, figure4Passes } from './cell.js';
import { figure4Table } from './table.js';

const counts = { ...networkCounts, epochs: diagnosisEpochs, iterations } satisfies Counts;

type Options = RunOptions & CaseCounts & Record<keyof typeof counts, number> & { matched?: true };

/** The paper's Figure 4 in small: how well networks diagnose on image ⊕ fused label, by fusion. */
export const figure4Command = () =>
  withOptions(new Command('figure4'), { tasks: smallNames, cases: { train: 160, test: 50 }, counts })
    .description('AUC of diagnosis networks on fused labels, by fusion and protocol')
    .option('--matched', 'also the other parametrisations at the step size and bound of ExpG')
    .action(async (options: Options) => {
      // Networks are trained on either half too, in batches of 16.
      const cases = await checkCases(options, 2);
      const sizes = { ...countsOf(counts, options), schedule: scheduleOf(options) };
      const cells = grid('figure4', options, (task, seed) => ({
        ...sizes,
        ...cases.of(task, seed),
        ...(options.matched && { matched: true as const }),
      }));
      const done = await runCells<Figure4Row[], Figure4Settings>(cells, options, {
        work: { passes: figure4Passes, network: sizes },
      });
      const about =
        `AUC on test cases, mean and 95 % interval over ${options.seeds} seeds; ResNet${sizes.depth}s of width ${sizes.width}, ` +
        `${sizes.size} × ${sizes.size}, ${cases.about}, ${sizes.epochs} epochs; DF-GT by ${sizes.iterations} iterations.`;
      const rows = options.tasks.flatMap((task) =>
        done.filter(({ settings }) => settings.task === task).flatMap(({ result }) => result),
      );
      const body = `${about}\n\n${figure4Table(rows)}`;
      await publish({ section: 'figure4', page: 'results/figure4.md', body, cells: done }, options.write);
    });
