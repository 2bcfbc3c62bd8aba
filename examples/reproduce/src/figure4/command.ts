import { Command } from 'commander';
import { grid, runCells } from '../shared/cells.js';
import { type Counts, countsOf, type RunOptions, withOptions } from '../shared/options.js';
import { publish } from '../shared/page.js';
import { checkCases, checkTasks, taskNames } from '../shared/tasks.js';
import type { Figure4Row, Figure4Settings } from './cell.js';
import { figure4Table } from './table.js';

const counts = {
  train: [160, 'training cases'],
  test: [50, 'test cases'],
  size: [64, 'side of the images'],
  width: [8, 'channels of the ResNet18s after the stem'],
  epochs: [40, 'of each diagnosis network'],
  iterations: [60, 'of DF-GT'],
} satisfies Counts;

type Options = RunOptions & Record<keyof typeof counts, number>;

/** The paper's Figure 4 in small: how well networks diagnose on image ⊕ fused label, by fusion. */
export const figure4Command = () =>
  withOptions(new Command('figure4'), { tasks: taskNames, counts })
    .description('AUC of diagnosis networks on fused labels, by fusion and protocol')
    .action(async (options: Options) => {
      checkTasks(options.tasks, options.data);
      // Networks are trained on either half too, in batches of 16.
      await checkCases(options, 2);
      const sizes = countsOf(counts, options);
      const done = await runCells<Figure4Row[], Figure4Settings>(grid('figure4', options, sizes), options);
      const about =
        `AUC on ${sizes.test} test cases, mean and 95 % interval over ${options.seeds} seeds, each with data of its own; ` +
        `ResNet18s of width ${sizes.width}, ${sizes.size} × ${sizes.size}, ${sizes.train} training cases, ` +
        `${sizes.epochs} epochs; DF-GT by ${sizes.iterations} iterations.`;
      const rows = options.tasks.flatMap((task) =>
        done.filter(({ settings }) => settings.task === task).flatMap(({ result }) => result),
      );
      const body = `${about}\n\n${figure4Table(rows)}`;
      await publish({ section: 'figure4', page: 'results/figure4.md', body, cells: done }, options.write);
    });
