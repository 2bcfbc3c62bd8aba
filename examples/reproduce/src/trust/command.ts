import { Command } from 'commander';
import { grid, runCells } from '../shared/cells.js';
import { type Counts, countsOf, type RunOptions, withOptions } from '../shared/options.js';
import { publish } from '../shared/page.js';
import { phantomNames } from '../shared/tasks.js';
import type { TrustResult, TrustSettings } from './cell.js';
import { trustTables } from './table.js';

const counts = {
  size: [32, 'side of the images'],
  width: [8, 'channels of the judges (ResNet18) after the stem'],
  judge: [160, 'cases on which each judge is trained'],
  pool: [400, 'cases to learn expertness from, at most'],
  test: [160, 'cases to fuse and diagnose'],
  steps: [160, 'training steps of a judge'],
  fused: [8, 'cases of the pool fused one by one, to carry their weights over'],
} satisfies Counts;

type Options = RunOptions<(typeof phantomNames)[number]> & Record<keyof typeof counts, number>;

/** Learns whom to trust from diagnosed phantoms, and tests it on others by a judge of its own, beside every control. */
export const trustCommand = () =>
  withOptions(new Command('trust'), {
    tasks: phantomNames,
    choices: phantomNames,
    seeds: 5,
    counts,
    notOfPaper: 'it goes beyond the paper, and draws as many phantoms as it needs, whose truth is known',
  })
    .description('expertness learned from diagnosed cases, tested on new ones, beside every control')
    .action(async (options: Options) => {
      const sizes = countsOf(counts, options);
      const done = await runCells<TrustResult, TrustSettings>(
        grid('trust', options, () => sizes),
        options,
      );
      const about =
        `Each seed draws its own cases, half of them ill: ${sizes.judge} to train the judge that expertness is fitted to, ` +
        `${sizes.judge} others for the judge that scores, up to ${sizes.pool} to learn expertness from, and ${sizes.test} to ` +
        `fuse and diagnose; no case is in two of these. All judges are dlCat of width ${sizes.width}, trained for ` +
        `${sizes.steps} steps on random fusions; ${sizes.size} × ${sizes.size}.`;
      const tables = options.tasks.map((task) =>
        trustTables(
          task,
          done.filter(({ settings }) => settings.task === task).map(({ result }) => result),
        ),
      );
      const body = [about, ...tables].join('\n\n');
      await publish(
        { section: 'phantoms', page: 'results/trust.md', body, cells: done, engine: options.engine },
        options.write,
      );
    });
