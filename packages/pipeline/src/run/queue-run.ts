import type { EngineName } from '@diff/backend';
import { workerBeside } from '@diff/backend/parallel';
import { runFolder } from '../folder/run-folder.js';
import { type Message, planOf } from '../jobs/queue/message.js';
import { Unfit } from '../jobs/queue/serve.js';
import { type PlannedJobs, type TaskFinder, tasksOf } from '../jobs/queue/tasks.js';
import { loadData } from '../steps/load-data.js';
import { splitData } from '../steps/split-data.js';
import { UserError } from '../user-error.js';
import { jobsOfRun, type RunJob, type Work } from './jobs-of-run.js';
import { readQueuePlan, version } from './queue-plan.js';
import { sharedOf } from './shared-of.js';

/**
 * Finds what is behind the messages of runs: it reads data and settings itself, plans the run as its coordinator did, and refuses where
 * the two differ.
 */
export const tasksOfRuns = (signal: AbortSignal): TaskFinder => tasksOf((message) => open(message, signal));

async function open({ run, plan }: Message, signal: AbortSignal): Promise<PlannedJobs<Work> | undefined> {
  const folder = runFolder(run);
  const told = await readQueuePlan(folder).catch((error) => {
    throw new Unfit(`${folder.queue} cannot be read: ${(error as Error).message}`, 1);
  });
  if (!told)
    throw new Unfit(
      `there is no run of a queue in ${run}: do all machines see that folder under this path?`,
      1,
    );
  if (told.plan !== plan) return undefined;
  const other = (what: string) => new Unfit(`${run}: ${what}, so the numbers would not be its own`, 1);
  if (told.version !== version)
    throw other(`it was planned by diff-pipeline ${told.version}, and this is ${version}`);
  const { config, engines } = told;
  const data = await loadData(config, { signal }).catch((error) => {
    throw error instanceof UserError ? new Unfit(`${run}: ${error.message}`, 1) : error;
  });
  if (data.hash !== told.dataHash) throw other('its data are others here than where it was planned');
  const { structures, raters } = data.summary;
  const jobs = jobsOfRun({
    config,
    splits: splitData(data.dataset, config, data.unoutlined.entries),
    folder,
    structures,
    basis: { data: data.hash, structures, raters },
    engineOf: (kind) => {
      const name = config.engines?.[kind] ?? config.engine!;
      return { name, version: engines[name] ?? null };
    },
  });
  if (planOf(jobs) !== plan) throw other('it is planned in another way here');
  const shared = sharedOf(config, run, data);
  return {
    jobs,
    kindOf: (job) => (job as RunJob).engine!,
    // There is one queue per engine, of its name.
    engineOf: (kind) => ({ name: kind as EngineName, version: engines[kind as EngineName] }),
    worker: (kind) => ({
      module: workerBeside(import.meta.url, 'worker'),
      shared: { ...shared, engine: kind as EngineName },
    }),
  };
}
