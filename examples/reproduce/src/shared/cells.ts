import { join, resolve } from 'node:path';
import type { EngineName } from '@diff/backend';
import { workerBeside } from '@diff/backend/parallel';
import { interruptible } from 'diff-pipeline/cli';
import {
  doneBefore,
  type Job,
  lockFolder,
  queueJobs,
  type RunJobsOptions,
  runJobs,
  sentence,
} from 'diff-pipeline/jobs';
import type { Cell, CellWork, Kind, Place } from './cell.js';
import { writeCellPlan } from './cell-plan.js';
import { startEngine } from './engine.js';
import { estimate, type NetworkSize } from './estimate.js';

/** A cell that is done. */
export interface Done<R = unknown, S = unknown> {
  settings: S;
  result: R;
  /** How long it took, on one core. */
  seconds: number;
}

/** A name for what settings decide: `size64-width8`. */
export const keyOf = (settings: object) =>
  Object.entries(settings)
    .map(([name, value]) => `${name}${value}`)
    .join('-');

/** `fundus-seed0-size64-width8` */
export const nameOf = ({ task, seed, ...settings }: { task: string; seed: number }) =>
  `${task}-seed${seed}-${keyOf(settings)}`;

/**
 * A cell for every task and seed; seed by seed, so that a run that is stopped has something of every task.
 *
 * @param settings Of a task and seed.
 */
export const grid = <T extends string, S extends object>(
  kind: Kind,
  { tasks, seeds }: { tasks: readonly T[]; seeds: number },
  settings: (task: T, seed: number) => S,
): Cell<{ task: T; seed: number } & S>[] =>
  Array.from({ length: seeds }, (_, seed) =>
    tasks.map((task) => {
      const all = { task, seed, ...settings(task, seed) };
      return { id: nameOf(all), kind, settings: all };
    }),
  ).flat();

/** A cell as a job: done where the run folder holds its result under the same settings. */
export const jobOf = ({ id, kind, settings }: Cell, { out }: Place): Job<CellWork> => ({
  id,
  work: { kind, settings },
  key: settings,
  marker: join(out, `${id}.json`),
  ...{ step: kind, size: 1, unit: 'cells', cost: 1 },
});

export interface RunCellsOptions<S> {
  /** How much a cell has to compute, and with which networks: for the estimate of time that is told before it begins. */
  work?: { passes(settings: S): number; network: NetworkSize };
}

/**
 * Does every cell that the run folder does not hold yet, on `workers` cores or by the workers of a queue, and returns all in order.
 * Ctrl-C ends the workers; what they were at is done again, or from its checkpoint on, by the next run.
 */
export async function runCells<R, S>(
  cells: readonly Cell<S>[],
  { workers: asked, out, data, engine: prefer, queue }: Place & { workers: number; queue?: string },
  { work }: RunCellsOptions<S> = {},
): Promise<Done<R, S>[]> {
  const { engine, workers, version } = await startEngine(prefer, {
    ...{ size: work?.network.size ?? 0, workers: asked },
    elsewhere: queue !== undefined,
  });
  const place = { out, data, engine };
  if (work && queue === undefined) await tellTime(cells, place, Math.min(workers, cells.length), work);
  const lock = await lockFolder(out);
  const jobs = cells.map((cell) => jobOf(cell, place));
  const hearing = {
    onStart: ({ all, kept }) => say(`${all} cells, ${kept} of them in ${out} already`),
    onDamage: (_, sentence) => say(`${sentence}; it is done again`),
    onProgress: (progress) => say(sentence(progress)),
  } satisfies Partial<RunJobsOptions>;
  const done = await interruptible(async (stopped) => {
    const signal = AbortSignal.any([stopped, lock.lost]);
    if (queue === undefined)
      return runJobs<CellWork, R, Place>(jobs, cellWorker, { workers, shared: place, signal, ...hearing });
    await writeCellPlan({ cells, place, version });
    return queueJobs<CellWork, R>(jobs, {
      ...{ url: queue, run: resolve(out), say, signal, ...hearing },
      kindOf: () => queueOf(engine),
      workerFor: () => `npm run reproduce -- worker --engine ${engine}`,
    });
  }).finally(lock.release);
  return cells.map(({ id, settings }) => {
    const { result, seconds } = done.get(id)!;
    return { settings, result: result!, seconds };
  });
}

/** Says how long the cells take that are not done yet. */
async function tellTime<S>(
  cells: readonly Cell<S>[],
  place: Place,
  workers: number,
  { passes, network }: Required<RunCellsOptions<S>>['work'],
): Promise<void> {
  let open = 0;
  for (const cell of cells) if (!(await doneBefore(jobOf(cell, place)))) open += passes(cell.settings);
  if (open) say(await estimate(open, network, { engine: place.engine!, workers }));
}

/** Runs in each thread that does cells. */
export const cellWorker = workerBeside(import.meta.url, '../worker');

/** The queue of cells for an engine, apart from that of the pipeline's jobs. */
export const queueOf = (engine: EngineName) => `reproduce-${engine}`;

/** Progress goes to standard error, results to standard output. */
export const say = (text: string) => console.error(`${process.uptime().toFixed(0).padStart(6)} s  ${text}`);
