import { randomUUID } from 'node:crypto';
import { dirname } from 'node:path';
import { BroadcastChannel } from 'node:worker_threads';
import { parallelMap } from '@diff/backend/parallel';
import { check, checkCallbacks, checkInteger, checkNumber, checkOptions, checkSignal } from '@diff/checks';
import { sweepAttempts } from './attempt.js';
import { type Done, doneBefore, renewed } from './done.js';
import { checkJobs, type Job } from './job.js';
import type { HandedJob, Told, WorkerShared } from './job-worker.js';
import { type Progress, type TrackerOptions, tracker } from './progress.js';
import { schedule } from './schedule.js';

export interface RunJobsOptions<S = unknown> extends TrackerOptions {
  /** How many jobs are done side by side, each in a thread. */
  workers: number;
  /** What every worker's `setup` and `work` get. */
  shared?: S;
  /** Stops the jobs; the promise rejects with its reason. What is done is kept. */
  signal?: AbortSignal;
  onProgress?(progress: Progress): void;
  /** Called once, before any job, with how many there are and how many are done already. */
  onStart?(count: { all: number; kept: number }): void;
  /** Called when a job starts, and again when it is done. */
  onJob?(job: string, state: 'started' | 'done', seconds?: number): void;
  /** Called with what a worker tells by `news`. */
  onNews?(job: string, news: object): void;
  /** Called, before `onStart`, for each job that is done again since its marker or a file of it is damaged; a sentence says which. */
  onDamage?(job: string, sentence: string): void;
}

const names = [
  'workers',
  'shared',
  'signal',
  'onProgress',
  'onStart',
  'onJob',
  'onNews',
  'onDamage',
  'started',
  'now',
] as const satisfies readonly (keyof RunJobsOptions)[];

/**
 * Does every job that is not done yet, as workers come free and in the order of the list, and gives what all came to, by id.
 * A job is done where its marker holds its key and its outputs are there as they were made: their checksums are compared now, and
 * again before another job reads them. What was stopped or killed is done again by the
 * next call, from its own checkpoint on where it keeps one.
 *
 * A job that takes longer than its `timeLimit`, or whose worker dies twice (of too little memory), is given up; what does not need
 * it is done all the same.
 *
 * @param module The worker module, made by `jobWorker`.
 * @throws Error naming the jobs that were given up, once all else is done; at once that of a job which throws.
 */
export async function runJobs<W, R, S>(
  jobs: readonly Job<W>[],
  module: URL,
  options: RunJobsOptions<S>,
): Promise<Map<string, Done<R>>> {
  const who = 'runJobs';
  checkJobs(who, jobs, ['id', 'marker', 'step', 'size', 'unit', 'cost']);
  for (const { id, timeLimit } of jobs)
    if (timeLimit !== undefined) checkNumber(who, `timeLimit of ${id}`, timeLimit, 0);
  check(module instanceof URL, who, 'module', module, 'a URL', 'other');
  checkOptions(who, options, names);
  const { signal, onProgress, onStart, onJob, onNews, onDamage, started, now } = options ?? {};
  checkInteger(who, 'workers', options?.workers, 1);
  checkSignal(who, signal);
  if (started !== undefined) checkNumber(who, 'started', started);
  checkCallbacks(who, options, ['now', 'onProgress', 'onStart', 'onJob', 'onNews', 'onDamage']);
  const done = new Map<string, Done<R>>();
  const track = tracker(jobs, { started, now });
  for (const folder of new Set(jobs.map(({ marker }) => dirname(marker)))) await sweepAttempts(folder);
  for (const job of jobs) {
    signal?.throwIfAborted();
    const before = await doneBefore<R>(job, (sentence) => onDamage?.(job.id, sentence));
    if (!before) continue;
    done.set(job.id, before);
    track.skip(job);
  }
  const open = jobs.filter(({ id }) => !done.has(id));
  onStart?.({ all: jobs.length, kept: done.size });
  if (!open.length) return done;

  const workers = Math.min(options.workers, open.length);
  const { ready, finish, lose } = schedule(open, done.keys(), workers);
  const lost: { sentence: string; waiting: number }[] = [];
  const limits = new Map<string, { stop: AbortController; timer?: NodeJS.Timeout }>();
  const endTimer = (id: string) => clearTimeout(limits.get(id)?.timer);
  // Stops the work when the caller does, or when one of its callbacks throws.
  const stop = new AbortController();
  const abort = () => stop.abort(signal!.reason);
  signal?.addEventListener('abort', abort);
  const hear = (told: Told) => {
    if (done.has(told.job)) return;
    track.start();
    if ('state' in told) {
      track.begin(told.job);
      const { timeLimit } = byId.get(told.job)!;
      const limit = limits.get(told.job);
      clearTimeout(limit?.timer);
      if (limit && timeLimit !== undefined)
        limit.timer = setTimeout(
          () => limit.stop.abort(new Error(`it took longer than ${timeLimit} s`)),
          1000 * timeLimit,
        );
      onJob?.(told.job, told.state);
    } else if ('news' in told) onNews?.(told.job, told.news);
    else onProgress?.(track.update(told.job, told.done));
  };
  const byId = new Map(jobs.map((job) => [job.id, job]));
  const inputsOf = ({ after = [] }: Job<W>) =>
    after.flatMap((id) =>
      (byId.get(id)!.outputs ?? []).map((path, i) => [path, done.get(id)!.seals[i]!] as const),
    );
  async function* handed() {
    for await (const job of ready) {
      await renewed(job);
      yield { ...job, inputs: inputsOf(job) };
    }
  }
  const shared: WorkerShared<S> = { channel: `jobs-${randomUUID()}`, shared: options.shared as S };
  const channel = new BroadcastChannel(shared.channel);
  channel.onmessage = (event) => {
    try {
      hear((event as { data: Told }).data);
    } catch (error) {
      stop.abort(error);
    }
  };
  try {
    signal?.throwIfAborted();
    await parallelMap<HandedJob<W>, Done<R>, WorkerShared<S>>(handed(), module, {
      workers,
      shared,
      signal: stop.signal,
      signalOf: ({ id, timeLimit }) => {
        if (timeLimit === undefined) return undefined;
        const limit = { stop: new AbortController() };
        limits.set(id, limit);
        return limit.stop.signal;
      },
      onLost: (error, { id }) => {
        endTimer(id);
        lost.push({ sentence: error.message.replace(/^parallelMap: /, ''), waiting: lose(id).length });
      },
      onResult: (result, job) => {
        endTimer(job.id);
        done.set(job.id, result);
        onJob?.(job.id, 'done', result.seconds);
        onProgress?.(track.update(job.id, job.size));
        finish(job.id);
      },
    });
  } finally {
    signal?.removeEventListener('abort', abort);
    channel.close();
    for (const id of limits.keys()) endTimer(id);
  }
  if (lost.length) throw new Error(`runJobs: ${lost.map(told).join('; ')}`);
  return done;
}

const told = ({ sentence, waiting }: { sentence: string; waiting: number }) =>
  waiting ? `${sentence} (${waiting} ${waiting === 1 ? 'job waits' : 'jobs wait'} for it)` : sentence;
