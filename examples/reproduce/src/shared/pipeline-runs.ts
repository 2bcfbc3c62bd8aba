import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { type Arm, type Config, type Results, readConfig, runFolder } from 'diff-pipeline';
import { runShown, withRunOptions } from 'diff-pipeline/cli';
import type { Publication } from './page.js';
import { checkTasks, dataOption, type TaskName, taskNames } from './tasks.js';

/** Options of what is made of runs of the whole pipeline, one per task. */
export interface PipelineOptions {
  tasks: TaskName[];
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

export const withPipelineOptions = (command: Command): Command =>
  withRunOptions(
    command
      .addOption(new Option('--tasks <names...>').choices(taskNames).default([...taskNames]))
      .addOption(dataOption())
      .option('--out <folder>', 'folder of the runs, one per task', '.diff/table2'),
  ).option('--write [folder]', 'put the result into the pages of this folder; by default docs/', false);

export interface TaskRun {
  task: TaskName;
  /** The run folder. */
  folder: string;
  results: Results;
  /** What the page says of where a result is from. */
  origin: Pick<Publication, 'page' | 'cells' | 'unit' | 'engine'>;
}

/**
 * Runs the pipeline on every task, which does nothing again that is there, and gives each when it is done.
 *
 * @param seeds Rounds on each phantom. Without it a run that was begun in the folder goes on under its own settings; a new one
 *   has 3.
 */
export async function* pipelineRuns(options: PipelineOptions & { seeds?: number }): AsyncGenerator<TaskRun> {
  checkTasks(options.tasks, options.data);
  // All settings are checked before the first run, which may take an hour.
  const runs = await Promise.all(
    options.tasks.map(async (task) => {
      const folder = join(options.out, task);
      return { task, folder, config: await configOf(task, folder, options) };
    }),
  );
  for (const { task, folder, config } of runs) {
    const results = await runShown(config, folder, options.workers);
    const cells = results.rounds.map(({ seconds }) => ({
      seconds: Object.values(seconds).reduce((sum, one) => sum + one, 0),
    }));
    const [page, unit] = task === 'lidc' ? ['results/lidc.md', 'fold'] : ['results/phantoms.md', 'round'];
    yield { task, folder, results, origin: { page, cells, unit, engine: results.provenance.engine.name } };
  }
}

function configOf(
  task: TaskName,
  folder: string,
  { seeds, data, set }: PipelineOptions & { seeds?: number },
): Promise<Config> {
  const source =
    task === 'lidc' ? `data.root=${JSON.stringify(resolve(data, 'lidc'))}` : `data.phantom=${task}`;
  const { config } = runFolder(folder);
  if (seeds === undefined && existsSync(config)) return readConfig({ file: config, set: [source, ...set] });
  const rounds = task === 'lidc' ? 'data.folds=5' : `rounds=${seeds ?? 3}`;
  return readConfig({ set: [`segmentation.arms=${JSON.stringify(arms)}`, source, rounds, ...set] });
}
