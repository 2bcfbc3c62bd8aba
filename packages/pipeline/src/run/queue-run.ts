import { setTimeout as wait } from 'node:timers/promises';
import { type EngineName, useBackend } from '@diff/backend';
import { workerBeside } from '@diff/backend/parallel';
import { unsealJson } from '@diff/train';
import { runFolder } from '../folder/run-folder.js';
import { folderArtifacts } from '../jobs/artifacts.js';
import type { Done, Sealed } from '../jobs/done.js';
import { digest, type Message, planOf } from '../jobs/queue/message.js';
import { type Task, Unfit } from '../jobs/queue/serve.js';
import { threads } from '../jobs/threads.js';
import { loadData } from '../steps/load-data.js';
import { splitData } from '../steps/split-data.js';
import { UserError } from '../user-error.js';
import { jobsOfRun, type RunJob, type Work } from './jobs-of-run.js';
import { readQueuePlan, version } from './queue-plan.js';
import { sharedOf } from './shared-of.js';
import type { Shared } from './worker.js';

type RunTask = Task<Work, unknown>;

/** A run as a worker planned it. */
interface Planned {
  jobs: ReadonlyMap<string, RunJob>;
  shared: Shared;
  engines: Partial<Record<EngineName, string | null>>;
  /** One for each engine. */
  sets: Map<string, object>;
}

/** Seconds in which a file that another machine wrote is seen on this one. */
const SEEN_WITHIN = 60;

/**
 * Finds what is behind the messages of runs: it reads data and settings itself, plans the run as its coordinator did, and refuses where
 * the two differ. Runs are kept, the last two.
 */
export function tasksOfRuns(
  signal: AbortSignal,
): (message: Message, kind: string) => Promise<RunTask | undefined> {
  const kept = new Map<string, Promise<Planned | undefined>>();
  return async (message, kind) => {
    const name = `${message.plan} ${message.run}`;
    let opening = kept.get(name);
    if (!opening) {
      opening = open(message, signal);
      kept.set(name, opening);
      for (const old of [...kept.keys()].slice(0, -2)) kept.delete(old);
      opening.then(
        (found) => found ?? kept.delete(name),
        () => kept.delete(name),
      );
    }
    const run = await opening;
    const job = run?.jobs.get(message.job);
    if (!run || !job || digest(job.key) !== message.key || job.engine !== kind) return undefined;
    await checkEngine(kind as EngineName, run.engines[kind as EngineName]);
    const { timeLimit } = message;
    const set = run.sets.get(kind) ?? {};
    run.sets.set(kind, set);
    return {
      job: { ...job, inputs: await inputsOf(job, run), ...(timeLimit !== undefined && { timeLimit }) },
      set,
      hands: () =>
        threads(workerBeside(import.meta.url, 'worker'), {
          workers: 1,
          shared: { ...run.shared, engine: kind as EngineName },
        }),
    };
  };
}

async function open({ run, plan }: Message, signal: AbortSignal): Promise<Planned | undefined> {
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
    splits: splitData(data.dataset, config),
    folder,
    structures,
    basis: { data: data.hash, structures, raters },
    engineOf: (kind) => {
      const name = config.engines?.[kind] ?? config.engine!;
      return { name, version: engines[name] ?? null };
    },
  });
  if (planOf(jobs) !== plan) throw other('it is planned in another way here');
  return {
    jobs: new Map(jobs.map((job) => [job.id, job])),
    shared: sharedOf(config, run, data),
    engines,
    sets: new Map(),
  };
}

async function checkEngine(name: EngineName, expected: string | null | undefined): Promise<void> {
  const { version: own } = await useBackend({ prefer: name });
  if (expected && own !== expected)
    throw new Unfit(`the engine ${name} is ${own} here, and the run was planned for ${expected}`, 1);
}

/** What a job reads, as the markers of the jobs before it have it. */
async function inputsOf({ id, after }: RunJob, { jobs }: Planned): Promise<Sealed[]> {
  const inputs: Sealed[] = [];
  for (const name of after) {
    const { marker, key, outputs } = jobs.get(name)!;
    let done: Done | undefined;
    for (let tries = 0; ; tries++) {
      const bytes = await folderArtifacts.read(marker);
      done = bytes && ((await unsealJson(bytes, marker)) as Done);
      if (done?.key === key) break;
      if (tries >= SEEN_WITHIN) throw new Error(`${id}: ${marker} is not to be seen here`);
      await wait(1000);
    }
    for (const [i, path] of outputs.entries()) inputs.push([path, done.seals[i]!]);
  }
  return inputs;
}
