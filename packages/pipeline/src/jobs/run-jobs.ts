import { dirname } from 'node:path';
import { check, checkCallbacks, checkInteger, checkNumber, checkOptions, checkSignal } from '@diff/checks';
import { sweepAttempts } from './attempt.js';
import { type Done, doneBefore, renewed } from './done.js';
import type { Hands } from './hands.js';
import { checkJobs, type Job } from './job.js';
import type { HandedJob, Told } from './job-worker.js';
import { type Progress, type TrackerOptions, tracker } from './progress.js';
import { schedule } from './schedule.js';
import { threads } from './threads.js';

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
  const { workers, shared, signal, started, ...others } = options ?? {};
  checkInteger(who, 'workers', workers, 1);
  checkSignal(who, signal);
  if (started !== undefined) checkNumber(who, 'started', started);
  checkCallbacks(who, options, ['now', 'onProgress', 'onStart', 'onJob', 'onNews', 'onDamage']);
  for (const folder of new Set(jobs.map(({ marker }) => dirname(marker)))) await sweepAttempts(folder);
  return doJobs<W, R>(jobs, threads(module, { workers, shared: shared as S }), {
    ...others,
    signal,
    started,
  });
}

/** What `doJobs` takes besides jobs and who does them. */
export type DoJobsOptions = Omit<RunJobsOptions, 'workers' | 'shared'>;

/** The same, by whoever does the jobs, for arguments that were checked. */
export async function doJobs<W, R>(
  jobs: readonly Job<W>[],
  hands: Hands<W, R>,
  { signal, onProgress, onStart, onJob, onNews, onDamage, started, now }: DoJobsOptions = {},
): Promise<Map<string, Done<R>>> {
  const done = new Map<string, Done<R>>();
  const track = tracker(jobs, { started, now });
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

  const { ready, finish, lose } = schedule(open, done.keys(), Math.min(hands.limit, open.length));
  const gone: { sentence: string; waiting: number }[] = [];
  const byId = new Map(jobs.map((job, place) => [job.id, { job, place }]));
  const inputsOf = ({ after = [] }: Job<W>) =>
    after.flatMap((id) =>
      (byId.get(id)!.job.outputs ?? []).map((path, i) => [path, done.get(id)!.seals[i]!] as const),
    );
  const end = (job: Job<W>, result: Done<R>) => {
    done.set(job.id, result);
    onJob?.(job.id, 'done', result.seconds);
    onProgress?.(track.update(job.id, job.size));
    finish(job.id);
  };
  async function* handed(): AsyncGenerator<HandedJob<W>, void> {
    for await (const job of ready) {
      // A worker of another session may have ended it meanwhile.
      const before = await renewed<R>(job);
      if (before) end(job, before);
      else yield { ...job, inputs: inputsOf(job), place: byId.get(job.id)!.place };
    }
  }
  const told = (message: Told) => {
    if (done.has(message.job)) return;
    track.start();
    if ('state' in message) {
      track.begin(message.job);
      onJob?.(message.job, message.state);
    } else if ('news' in message) onNews?.(message.job, message.news);
    else onProgress?.(track.update(message.job, message.done));
  };
  await hands.work(
    handed(),
    {
      told,
      done: (result, job) => end(job, result),
      lost: (sentence, { id }) => gone.push({ sentence, waiting: lose(id).length }),
    },
    signal,
  );
  if (gone.length) throw new Error(`runJobs: ${gone.map(tellLost).join('; ')}`);
  return done;
}

const tellLost = ({ sentence, waiting }: { sentence: string; waiting: number }) =>
  waiting ? `${sentence} (${waiting} ${waiting === 1 ? 'job waits' : 'jobs wait'} for it)` : sentence;
