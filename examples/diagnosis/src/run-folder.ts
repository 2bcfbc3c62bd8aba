import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parallelMap } from '@diff/backend/parallel';

/** One training: what it is, and everything that it depends on. */
export interface Job {
  id: string;
  kind: 'figure2' | 'lidc';
  settings: Record<string, string | number>;
}

export interface Done<R> {
  result: R;
  /** How long it took, on one core. */
  seconds: number;
}

const pathOf = (folder: string, { id }: Job) => join(folder, `${id}.json`);

/** The stored result of a job, if it was made under the same settings. */
export function stored<R>(folder: string, job: Job): Done<R> | undefined {
  try {
    const file = JSON.parse(readFileSync(pathOf(folder, job), 'utf8')) as Done<R> & { settings: unknown };
    return JSON.stringify(file.settings) === JSON.stringify(job.settings) ? file : undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Written by the worker as soon as it has it, so that a killed run keeps what is done. */
export function store(folder: string, job: Job, done: Done<unknown>): void {
  mkdirSync(folder, { recursive: true });
  const path = pathOf(folder, job);
  writeFileSync(`${path}.part`, JSON.stringify({ settings: job.settings, ...done }));
  renameSync(`${path}.part`, path);
}

/** Does every job that the folder does not hold yet, on `workers` cores, and returns all in order. */
export async function runJobs<R>(folder: string, jobs: readonly Job[], workers: number): Promise<Done<R>[]> {
  const open = jobs.filter((job) => !stored(folder, job));
  const started = Date.now();
  console.error(`${jobs.length} trainings, ${jobs.length - open.length} of them in ${folder} already`);
  if (open.length)
    await parallelMap(open, new URL('./worker.mjs', import.meta.url), {
      workers: Math.min(workers, open.length),
      shared: { folder },
      name: ({ id }) => id,
      onProgress: ({ done }) => {
        const seconds = (Date.now() - started) / 1000;
        const left = (seconds / done) * (open.length - done);
        console.error(
          `${done} of ${open.length} done in ${seconds.toFixed(0)} s, about ${left.toFixed(0)} s left`,
        );
      },
    });
  return jobs.map((job) => stored<R>(folder, job)!);
}
