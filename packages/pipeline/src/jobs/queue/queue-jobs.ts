import { dirname, isAbsolute } from 'node:path';
import {
  check,
  checkCallbacks,
  checkFunction,
  checkNumber,
  checkOptions,
  checkSignal,
  checkString,
} from '@diff/checks';
import { sweepAttempts } from '../attempt.js';
import type { Done } from '../done.js';
import { checkJobs, type Job } from '../job.js';
import { type DoJobsOptions, doJobs } from '../run-jobs.js';
import { queued } from './coordinate.js';
import { planOf } from './message.js';
import { placeOf } from './redis.js';

export interface QueueJobsOptions<W = unknown> extends DoJobsOptions {
  /** Address of Redis, `redis://host:6379` or `rediss://` with TLS. */
  url: string;
  /** The run folder, absolute, as all who work in it see it: workers find there what the jobs are. */
  run: string;
  /** The queue that a job is on: which workers it is for. */
  kindOf(job: Job<W>): string;
  /** The command of a worker that takes jobs of a queue, for people, but for `--queue`. */
  workerFor(kind: string): string;
  /** Gets what the user should know, one sentence at a time. */
  say?(text: string): void;
}

const names = [
  ...['url', 'run', 'kindOf', 'workerFor', 'say', 'signal', 'onProgress', 'onStart', 'onJob', 'onNews'],
  ...['onDamage', 'started', 'now'],
] as (keyof QueueJobsOptions)[];

/**
 * Does jobs as `runJobs` does, to the same markers, by whoever listens to queues on Redis: workers that find the jobs in the run
 * folder by `tasksOf`. What is done is asked of the markers, never of Redis, which may lose everything.
 *
 * @throws UserError where there is no Redis; Error naming a job that failed three times, and the worker; else as `runJobs`.
 */
export async function queueJobs<W, R>(
  jobs: readonly Job<W>[],
  options: QueueJobsOptions<W>,
): Promise<Map<string, Done<R>>> {
  const who = 'queueJobs';
  checkJobs(who, jobs, ['id', 'marker', 'step', 'size', 'unit', 'cost']);
  checkOptions(who, options, names);
  const { url, run, kindOf, workerFor, say, ...hearing } = options ?? ({} as QueueJobsOptions<W>);
  checkString(who, 'url', url);
  placeOf(url);
  checkString(who, 'run', run);
  check(isAbsolute(run), who, 'run', run, 'an absolute path', 'string');
  checkFunction(who, 'kindOf', kindOf);
  checkFunction(who, 'workerFor', workerFor);
  checkSignal(who, hearing.signal);
  if (hearing.started !== undefined) checkNumber(who, 'started', hearing.started);
  checkCallbacks(who, options, ['say', 'now', 'onProgress', 'onStart', 'onJob', 'onNews', 'onDamage']);
  const hands = queued<W, R>({ url, run, kindOf, workerFor, say, plan: planOf(jobs) });
  const done = await doJobs<W, R>(jobs, hands, hearing);
  // Not before: workers of another session may have been at work.
  for (const folder of new Set(jobs.map(({ marker }) => dirname(marker)))) await sweepAttempts(folder);
  return done;
}
