import { hostname } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import type { Job as BullJob, Worker } from 'bullmq';
import { UserError } from '../../user-error.js';
import type { Hands } from '../hands.js';
import type { HandedJob, Told } from '../job-worker.js';
import { GivenUp, type Lane, openLane } from './lane.js';
import { claimOf, failureText, type Message, messageSchema, queueName } from './message.js';
import { connect } from './redis.js';

/** A job that a worker can do: with what it reads, and the hands that all jobs of its run share. */
export interface Task<W, R> {
  job: HandedJob<W>;
  /** Whose hands these are: the same for all jobs of a run. */
  set: object;
  hands(): Hands<W, R>;
}

/** Why a worker can do no job of a run: it gives the job back, and leaves. */
export class Unfit extends UserError {}

export interface ServeOptions<W, R> {
  url: string;
  /** What it works for, and how many jobs at a time. */
  kinds: readonly { kind: string; concurrency: number }[];
  /** What is behind a message; undefined where it belongs to no plan any more. @throws Unfit */
  taskOf(message: Message, kind: string): Promise<Task<W, R> | undefined>;
  /** Gives back what it is at, and ends. */
  signal: AbortSignal;
  /** Does one job and ends; without one for so many seconds, it ends too. */
  once?: number;
  /** Seconds without a sign of life after which a job goes to another worker. Default: 30. */
  lock?: number;
  /** How many workers a job may lose without a word, before its coordinator is asked. Default: 9. */
  losses?: number;
  /** Milliseconds from one word on a job to the next. Default: 1000. */
  beat?: number;
  say?(text: string): void;
}

/** The machine is at fault, not the job: another may do it. */
const MACHINE = /\b(?:ENOSPC|EFBIG|EDQUOT|EROFS|EACCES|EPERM|EIO)\b/;

/**
 * Listens to queues and does their jobs, each in a thread, so that this thread is free to keep its locks, until it is stopped.
 *
 * @returns How many jobs it did.
 * @throws UserError where it can go on with none: no Redis, no such run here, a full disk.
 */
export async function serve<W, R>(options: ServeOptions<W, R>): Promise<number> {
  const { url, kinds, taskOf, signal, once, lock = 30, losses = 9, beat = 1000, say = () => {} } = options;
  const me = `${hostname()} process ${process.pid}`;
  const redis = await connect(url, say);
  const leave = new AbortController();
  const left = new Promise<void>((resolve) => leave.signal.addEventListener('abort', () => resolve()));
  const abort = () => leave.abort(signal.reason);
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort);
  let count = 0;
  let taken = 0;
  const lanes = new Map<object, Lane<W, R>[]>();
  function laneOf({ set, hands }: Task<W, R>): Lane<W, R> {
    for (const [other, some] of lanes)
      if (other !== set && some.every(({ busy }) => !busy)) {
        for (const lane of some) lane.close();
        lanes.delete(other);
      }
    const own = lanes.get(set) ?? [];
    lanes.set(set, own);
    const free = own.find(({ busy }) => !busy);
    if (free) return free;
    const lane = openLane(hands(), leave.signal);
    own.push(lane);
    return lane;
  }
  const handBack = async (job: BullJob, token: string) => {
    await job.moveToWait(token);
    throw new redis.bull.WaitingError();
  };
  async function attempt(bull: BullJob, token: string, kind: string): Promise<void> {
    if (leave.signal.aborted || (once !== undefined && taken)) return handBack(bull, token);
    const message = messageSchema.parse(bull.data);
    taken++;
    try {
      if (await perform(bull, await taskOf(message, kind))) count++;
      // Of a plan that is no more.
      else taken--;
    } catch (error) {
      const text = textOf(error).replace(/^parallelMap: /, '');
      if (error instanceof Unfit) {
        if (!(await redis.redis.exists(claimOf(message.plan)))) {
          taken--;
          say(`a job that nobody waits for was left out: ${text}`);
          return;
        }
        leave.abort(error);
      }
      if (leave.signal.aborted) return handBack(bull, token);
      if (MACHINE.test(text)) leave.abort(error);
      throw new Error(failureText({ worker: me, gaveUp: error instanceof GivenUp, message: text }));
    } finally {
      if (once !== undefined && taken) leave.abort(new Error('once'));
    }
  }
  async function perform(bull: BullJob, task: Task<W, R> | undefined): Promise<boolean> {
    if (!task) return false;
    let last = 0;
    await laneOf(task).do(task.job, (told: Told) => {
      const { job: _, ...rest } = told;
      if ('done' in rest) {
        if (last && performance.now() - last < beat) return;
        last = performance.now();
      }
      bull.updateProgress({ worker: me, told: rest }).catch(() => {});
    });
    return true;
  }
  const workers = kinds.map(({ kind, concurrency }): Worker => {
    const worker = new redis.bull.Worker(queueName(kind), (job, token) => attempt(job, token!, kind), {
      connection: redis.redis,
      concurrency: once === undefined ? concurrency : 1,
      // Redis refuses a name with spaces, and nobody would be told.
      name: `${hostname()}-${process.pid}`,
      lockDuration: 1000 * lock,
      stalledInterval: 500 * lock,
      maxStalledCount: losses,
      runRetryDelay: 2000,
      drainDelay: 2,
    });
    // What matters is said by the connection; a lock that was lost shows in the marker.
    worker.on('error', () => {});
    return worker;
  });
  if (once !== undefined)
    wait(1000 * once, undefined, { ref: false }).then(() => taken || leave.abort(new Error('once')));
  try {
    await left;
    for (const some of lanes.values()) for (const lane of some) lane.close();
    // Waits for what is given back; Redis may be away for good.
    await Promise.race([
      Promise.all(workers.map((worker) => worker.close().catch(() => {}))),
      wait(10_000, undefined, { ref: false }),
    ]);
    const { reason } = leave.signal;
    if (reason !== signal.reason && (reason as Error).message !== 'once') throw reason;
    return count;
  } finally {
    signal.removeEventListener('abort', abort);
    redis.close();
  }
}

const textOf = (error: unknown) => (error instanceof Error ? error.message : String(error));
