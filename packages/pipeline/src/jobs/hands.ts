import type { Done } from './done.js';
import type { HandedJob, Told } from './job-worker.js';

/** Who does jobs: threads of this process, or workers that listen to a queue. */
export interface Hands<W, R> {
  /** How many jobs may be in their hands at the same time. */
  readonly limit: number;
  /** Does every job that comes. @throws at once what one job throws; the signal's reason when that aborts. */
  work(jobs: AsyncGenerator<HandedJob<W>, void>, hearing: Hearing<W, R>, signal?: AbortSignal): Promise<void>;
}

/** Who hears how jobs go. What it throws stops the work. */
export interface Hearing<W, R> {
  told(told: Told): void;
  done(done: Done<R>, job: HandedJob<W>): void;
  /** A job came to nothing and is not tried again; the others go on. */
  lost(sentence: string, job: HandedJob<W>): void;
}
