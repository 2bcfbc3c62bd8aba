import { setTimeout as wait } from 'node:timers/promises';
import { type EngineName, useBackend } from '@diff/backend';
import { checkFunction } from '@diff/checks';
import { unsealJson } from '@diff/train';
import { folderArtifacts } from '../artifacts.js';
import { type Done, hasKey, type Sealed } from '../done.js';
import type { Hands } from '../hands.js';
import type { Job } from '../job.js';
import { threads } from '../threads.js';
import { digest, type Message, planOf } from './message.js';
import { type Task, Unfit } from './serve.js';

/** Jobs as a worker knows them from the run folder alone. */
export interface PlannedJobs<W = unknown> {
  jobs: readonly Job<W>[];
  /** The queue that a job is on. */
  kindOf(job: Job<W>): string;
  /** What jobs of a queue compute with, and its version where they were planned, if that is known. */
  engineOf(kind: string): { name: EngineName; version?: string | null };
  /** The worker module of jobs of a queue, made by `jobWorker`, and what all its threads get. */
  worker(kind: string): { module: URL; shared: unknown };
}

/** Finds what is behind the messages of a queue; undefined where it belongs to no plan any more. */
export type TaskFinder = (message: Message, kind: string) => Promise<Task<unknown, unknown> | undefined>;

/** Runs that are kept, since their jobs come by turns. */
const KEPT = 2;
/** Seconds in which a file that another machine wrote is seen on this one. */
const SEEN_WITHIN = 60;

interface Opened extends PlannedJobs {
  byId: ReadonlyMap<string, Job>;
  /** Hands that all jobs of a queue share. */
  sets: Map<string, object>;
}

/**
 * Finds the jobs that messages name in what `open` reads of their run folder: by plan, id and key, and never by a path or by work in
 * the message. The last two runs are kept.
 *
 * @param open Gives the jobs of the run that a message names; undefined where there is no such plan any more. @throws Unfit
 */
export function tasksOf<W>(open: (message: Message) => Promise<PlannedJobs<W> | undefined>): TaskFinder {
  checkFunction('tasksOf', 'open', open);
  const kept = new Map<string, Promise<Opened | undefined>>();
  async function opened(message: Message): Promise<Opened | undefined> {
    const found = (await open(message)) as PlannedJobs | undefined;
    if (!found || planOf(found.jobs) !== message.plan) return undefined;
    return { ...found, byId: new Map(found.jobs.map((job) => [job.id, job])), sets: new Map() };
  }
  function keep(message: Message): Promise<Opened | undefined> {
    const name = `${message.plan} ${message.run}`;
    const before = kept.get(name);
    if (before) return before;
    const opening = opened(message);
    kept.set(name, opening);
    for (const old of [...kept.keys()].slice(0, -KEPT)) kept.delete(old);
    const forget = () => kept.delete(name);
    opening.then((run) => run ?? forget(), forget);
    return opening;
  }
  return async (message, kind) => {
    const run = await keep(message);
    const job = run?.byId.get(message.job);
    if (!run || !job || digest(job.key) !== message.key || run.kindOf(job) !== kind) return undefined;
    await checkEngine(run.engineOf(kind));
    const { timeLimit } = message;
    const set = run.sets.get(kind) ?? {};
    run.sets.set(kind, set);
    return {
      job: { ...job, inputs: await inputsOf(job, run), ...(timeLimit !== undefined && { timeLimit }) },
      set,
      hands(): Hands<unknown, unknown> {
        const { module, shared } = run.worker(kind);
        return threads(module, { workers: 1, shared });
      },
    };
  };
}

async function checkEngine({ name, version }: ReturnType<PlannedJobs['engineOf']>): Promise<void> {
  const { version: own } = await useBackend({ prefer: name });
  if (version && own !== version)
    throw new Unfit(`the engine ${name} is ${own} here, and the run was planned for ${version}`, 1);
}

/** What a job reads, as the markers of the jobs before it have it. */
async function inputsOf({ id, after = [] }: Job, { byId }: Opened): Promise<Sealed[]> {
  const inputs: Sealed[] = [];
  for (const name of after) {
    const { marker, key, outputs = [] } = byId.get(name)!;
    let done: Done | undefined;
    for (let tries = 0; ; tries++) {
      const bytes = await folderArtifacts.read(marker);
      done = bytes && ((await unsealJson(bytes, marker)) as Done);
      if (done && hasKey(done, key)) break;
      if (tries >= SEEN_WITHIN) throw new Error(`${id}: ${marker} is not to be seen here`);
      await wait(1000);
    }
    for (const [i, path] of outputs.entries()) inputs.push([path, done.seals[i]!]);
  }
  return inputs;
}
