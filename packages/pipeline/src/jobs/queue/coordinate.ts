import { setTimeout as wait } from 'node:timers/promises';
import type { Queue } from 'bullmq';
import { renewed } from '../done.js';
import type { Hands } from '../hands.js';
import type { HandedJob, Told } from '../job-worker.js';
import {
  claimOf,
  digest,
  type Failure,
  failureText,
  isLoss,
  type Message,
  parseFailure,
  toldSchema,
} from './message.js';
import { openQueues } from './queues.js';
import { connect } from './redis.js';

export interface QueuedOptions<W> {
  /** Address of Redis. */
  url: string;
  /** The run folder, where workers see it. */
  run: string;
  plan: string;
  /** The queue that a job is on: which workers it is for. */
  kindOf(job: HandedJob<W>): string;
  /** The command of a worker that takes jobs of a queue, for people, but for `--queue`. */
  workerFor(kind: string): string;
  /** Gets what the user should know, one sentence at a time. */
  say?(text: string): void;
  /** Milliseconds between two looks at what no event told. Default: 5000. */
  poll?: number;
  /** Milliseconds until a job that failed is tried again. Default: 1000. */
  pause?: number;
}

/** So often a job may fail. */
const TRIES = 3;

/** Seconds that others believe it waits, from the last time that it said so. */
const CLAIM = 60;

interface Open<W> {
  job: HandedJob<W>;
  kind: string;
  failures: Failure[];
  /** The most that was told done of it, and what that was when it had last lost too many workers. */
  furthest: number;
  before: number;
  busy?: boolean;
}

/**
 * Workers that listen to queues on Redis, as hands. Every job that is ready is on the queue of its kind; what became of it is asked of
 * its marker, never of Redis, which may lose everything: then all is put there again.
 */
export const queued = <W, R>(options: QueuedOptions<W>): Hands<W, R> => ({
  limit: Number.MAX_SAFE_INTEGER,
  async work(jobs, { told, done, lost }, signal) {
    const { url, run, plan, kindOf, workerFor, say = () => {}, poll = 5000, pause = 1000 } = options;
    const redis = await connect(url, say);
    const open = new Map<string, Open<W>>();
    const stop = new AbortController();
    const stopped = new Promise<never>((_, reject) => {
      stop.signal.addEventListener('abort', () => reject(stop.signal.reason));
    });
    stopped.catch(() => {});
    const abort = () => stop.abort(signal!.reason);
    signal?.addEventListener('abort', abort);
    let ended = () => {};
    const allDone = new Promise<void>((resolve) => {
      ended = resolve;
    });
    let fed = false;
    const seen = new Set<string>();

    const queues = openQueues(redis, {
      changed: (id) => guarded(look(id)),
      progress(id, data) {
        const one = open.get(id);
        const { success, data: heard } = toldSchema.safeParse(data);
        if (!one || !success) return;
        seen.add(heard.worker);
        if ('done' in heard.told) one.furthest = Math.max(one.furthest, heard.told.done);
        guarded(Promise.resolve().then(() => told({ job: one.job.id, ...heard.told } as Told)));
      },
    });
    const guarded = (task: Promise<unknown>) =>
      void task.catch((error) => {
        if (!stop.signal.aborted) stop.abort(error);
      });
    const idOf = ({ job, failures }: Open<W>) => digest([run, plan, job.id, failures.length]).slice(0, 32);
    async function enqueue(one: Open<W>, delay = 0): Promise<void> {
      const { job, kind } = one;
      const id = idOf(one);
      open.set(id, one);
      const queue = await queues.of(kind);
      const before = await queue.getJob(id);
      if (before && ((await before.isFailed()) || (await before.isCompleted()))) await before.remove();
      const { timeLimit, place = 0 } = job;
      const message: Message = {
        ...{ format: 1, run, plan, job: job.id, key: digest(job.key) },
        ...(timeLimit !== undefined && { timeLimit }),
      };
      await queue.add(job.step, message, {
        jobId: id,
        priority: Math.min(1 + place, 2 ** 21),
        attempts: 1,
        delay,
        removeOnComplete: { age: 3600, count: 1000 },
        removeOnFail: { age: 86_400, count: 1000 },
      });
    }
    function end(id: string): void {
      open.delete(id);
      if (fed && !open.size) ended();
    }
    /** Asks what became of a job that has left the queue. */
    async function look(id: string): Promise<void> {
      const one = open.get(id);
      if (!one || one.busy) return;
      one.busy = true;
      try {
        const queue = await queues.of(one.kind);
        const state = await queue.getJobState(id);
        if (!['completed', 'failed', 'unknown'].includes(state)) return;
        const result = await renewed<R>(one.job);
        if (result) {
          end(id);
          done(result, one.job);
        } else if (state === 'failed') await failed(id, one, queue);
        // Redis lost it; or what a worker did on another machine is not seen here yet, or was damaged.
        else await enqueue(one, state === 'unknown' ? 0 : pause);
      } finally {
        one.busy = false;
      }
    }
    async function failed(id: string, one: Open<W>, queue: Queue): Promise<void> {
      const failure = parseFailure((await queue.getJob(id))?.failedReason);
      const { worker, gaveUp, message } = failure;
      // Many workers were lost with it, each of which may have brought it further, as where machines are lent for an hour.
      if (isLoss(failure) && one.furthest > one.before) {
        one.before = one.furthest;
        return enqueue(one);
      }
      const sentence = message.startsWith(one.job.id) ? message : `${one.job.id}: ${message}`;
      one.failures.push(failure);
      if (gaveUp) {
        end(id);
        lost(sentence, one.job);
        if (fed && !open.size) ended();
      } else if (one.failures.length >= TRIES)
        throw new Error(`queue: ${sentence} (${TRIES} times, last on ${worker})`);
      else {
        say(`${failureText({ ...failure, message: sentence })}; it is tried again`);
        open.delete(id);
        await enqueue(one, pause);
      }
    }
    async function feed(): Promise<void> {
      for await (const job of jobs)
        await enqueue({ job, kind: kindOf(job), failures: [], furthest: 0, before: 0 });
      fed = true;
      if (!open.size) ended();
    }
    let hinted = false;
    const claim = () => redis.redis.set(claimOf(plan), 1, 'EX', CLAIM);
    async function watch(): Promise<void> {
      for (;;) {
        await wait(poll, undefined, { signal: stop.signal });
        await claim();
        for (const id of [...open.keys()]) await look(id);
        if (seen.size || hinted || !open.size) continue;
        for (const kind of queues.kinds())
          if (!(await (await queues.of(kind)).getWorkersCount())) {
            hinted = true;
            say(`no worker takes such jobs yet: ${workerFor(kind)} --queue ${redis.place}`);
          }
      }
    }
    /** Nobody is to begin what nobody waits for; what is begun goes on, and counts in the next session. */
    async function withdraw(): Promise<void> {
      for (const [id, { kind }] of open) {
        const job = await (await queues.of(kind)).getJob(id);
        await job?.remove().catch(() => {});
      }
    }
    try {
      signal?.throwIfAborted();
      await claim();
      guarded(feed());
      guarded(watch());
      await Promise.race([allDone, stopped]);
    } finally {
      signal?.removeEventListener('abort', abort);
      const stopping = stop.signal.aborted;
      stop.abort(new Error('the jobs are done'));
      // Redis may be away for good.
      const tidy = (async () => {
        if (stopping || open.size) await withdraw();
        await redis.redis.del(claimOf(plan));
        await queues.close();
      })().catch(() => {});
      await Promise.race([tidy, wait(3000, undefined, { ref: false })]);
      redis.close();
      Promise.resolve(jobs.return()).catch(() => {});
    }
  },
});
