import { BroadcastChannel } from 'node:worker_threads';
import { checkCallbacks, checkFunction, checkObject, checkOptions } from '@diff/checks';
import { checkSeals, type Done, doOnce, type Sealed } from './done.js';
import type { Job } from './job.js';

/** A job as a worker gets it: with the files of the jobs that it comes after. */
export type HandedJob<W> = Job<W> & {
  inputs: readonly Sealed[];
  /** Its place in the list: the first are the most pressing. */
  place?: number;
};

/** What every worker of `runJobs` gets, once. */
export interface WorkerShared<S = unknown> {
  /** Name of the channel on which workers tell how far they are. */
  channel: string;
  shared: S;
}

/** What a worker tells of a job while it works: that it started, how many units are done, or anything of its own. */
export type Told = { job: string } & ({ state: 'started' } | { done: number } | { news: object });

/** What a worker may say of the job that it does. */
export interface Telling {
  /** Says how many units of the job are done. */
  progress(done: number): void;
  /** Anything that the program should hear: `RunJobsOptions.onNews` gets it. */
  news(news: object): void;
  /**
   * The path under which to write one of the job's outputs: it gets its own name when the job is done, so that of several that do
   * the same job one alone counts. What is written to the output's own path counts too, where nobody else does the job.
   */
  staged(output: string): string;
}

export interface JobWorkerOptions<W, R, S> {
  /** Called once in each worker, before its first job. */
  setup?(shared: S): unknown;
  work(job: Job<W>, shared: S, telling: Telling): Promise<R>;
}

/**
 * What a worker module of `runJobs` exports: its `setup`, and `run` as the default.
 *
 *     const worker = jobWorker({ work: async ({ work }) => compute(work) });
 *     export const { setup } = worker;
 *     export default worker.run;
 */
export function jobWorker<W, R, S>(options: JobWorkerOptions<W, R, S>) {
  checkObject('jobWorker', 'options', options);
  checkOptions('jobWorker', options, ['setup', 'work']);
  checkCallbacks('jobWorker', options, ['setup']);
  checkFunction('jobWorker', 'work', options.work);
  const { setup, work } = options;
  let channel: BroadcastChannel;
  return {
    async setup(given: WorkerShared<S>): Promise<void> {
      await setup?.(given.shared);
      channel = new BroadcastChannel(given.channel);
      channel.unref();
    },
    async run(job: HandedJob<W>, { shared: { shared } }: { shared: WorkerShared<S> }): Promise<Done<R>> {
      const tell = (message: object) => channel.postMessage({ job: job.id, ...message } as Told);
      tell({ state: 'started' });
      if (!(await checkSeals(job.inputs)))
        throw new Error(`${job.id}: a file that it needs was removed meanwhile`);
      return doOnce(job, (staged) =>
        work(job, shared, {
          staged,
          progress: (done) => tell({ done }),
          news: (news) => tell({ news }),
        }),
      );
    },
  };
}
