import { join, resolve } from 'node:path';
import { Command, Option } from 'commander';
import { runShown } from '../commands/run-command.js';
import { readConfig } from '../config/read-config.js';
import type { Arm, Config } from '../config/schema.js';
import { count } from './options.js';
import { publish } from './page.js';
import { table2 } from './table2-table.js';
import { checkTasks, dataFolder, type TaskName, taskNames } from './tasks.js';

interface Options {
  tasks: TaskName[];
  seeds: number;
  workers?: number;
  data: string;
  out: string;
  set: string[];
  write: string | boolean;
}

/** The paper's T&G first, and what it is compared with. */
const arms: Arm[] = [
  { network: 'T&G', label: 'DF-GT' },
  { network: 'Baseline-Seg', label: 'DF-GT' },
  { network: 'Baseline-Seg', label: 'MV' },
  { network: 'Baseline-Seg', label: 'STAPLE' },
];

/** The paper's Table 2 in small: T&G on DF-GT against a segmentation baseline on DF-GT, MV and STAPLE. */
export const table2Command = () =>
  new Command('table2')
    .description('soft Dice of T&G and the baselines against every rater and fused label, and AUC by judge')
    .addOption(new Option('--tasks <names...>').choices(taskNames).default([...taskNames]))
    .option('--seeds <n>', 'rounds on each phantom; of LIDC there are 5 folds', count, 3)
    .option('--workers <n>', 'threads (wasm and cpu engines); by default as many as cores', count)
    .option('--data <folder>', 'the folder that has lidc/, where that is asked for', dataFolder)
    .option('--out <folder>', 'folder of the runs, one a task', '.diff/table2')
    .option(
      '--set <key.path=value>',
      'another setting of the pipeline; may be repeated',
      (one: string, all: string[]) => [...all, one],
      [] as string[],
    )
    .option('--write [folder]', 'put the tables into the pages of this folder; by default docs/', false)
    .action(async (options: Options) => {
      checkTasks(options.tasks, options.data);
      // All settings are checked before the first run, which may take an hour.
      const configs = await Promise.all(options.tasks.map((task) => configOf(task, options)));
      for (const [i, task] of options.tasks.entries()) {
        const results = await runShown(configs[i]!, join(options.out, task), options.workers);
        await publish(
          {
            section: `table2-${task}`,
            page: task === 'lidc' ? 'results/lidc.md' : 'results/phantoms.md',
            body: `**${task}**\n\n${table2(results)}`,
            cells: results.rounds.map(({ seconds }) => ({
              seconds: Object.values(seconds).reduce((sum, one) => sum + one, 0),
            })),
            unit: task === 'lidc' ? 'folds' : 'rounds',
            engine: results.provenance.engine.name,
          },
          options.write,
        );
      }
    });

function configOf(task: TaskName, { seeds, data, set }: Options): Promise<Config> {
  const where =
    task === 'lidc'
      ? [`data.root=${JSON.stringify(resolve(data, 'lidc'))}`, 'data.folds=5']
      : [`data.phantom=${task}`, `rounds=${seeds}`];
  return readConfig({ set: [`segmentation.arms=${JSON.stringify(arms)}`, ...where, ...set] });
}
