import { join } from 'node:path';
import type { EngineName } from '@diff/backend';
import { workerBeside } from '@diff/backend/parallel';
import { interruptible } from 'diff-pipeline/cli';
import { doneBefore, type Job, lockFolder, runJobs, sentence } from 'diff-pipeline/jobs';
import type { DataRoots } from './data-roots.js';
import { startEngine } from './engine.js';
import { estimate, type NetworkSize } from './estimate.js';

/** What a cell is a piece of; the worker has a function for each. */
export type Kind =
  | 'figure2'
  | 'malignancy'
  | 'figure4'
  | 'figure6'
  | 'worth'
  | 'trust'
  | 'trustReal'
  | 'study'
  | 'table1'
  | 'dpersona'
  | 'arm'
  | 'attention';

/** One piece of an experiment, done by one worker: what it is, and everything that it depends on. */
export interface Cell<S = unknown> {
  /** Its file in the run folder, without `.json`. */
  id: string;
  kind: Kind;
  settings: S;
}

/** What a worker gets of a cell. */
export type CellWork = Pick<Cell, 'kind' | 'settings'>;

/** What every worker is told: where cells are kept, where real data are, and what computes. */
export interface Place {
  out: string;
  data: DataRoots;
  /** Default: wasm. */
  engine?: EngineName;
}

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
const jobOf = ({ id, kind, settings }: Cell, { out }: Place): Job<CellWork> => ({
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
 * Does every cell that the run folder does not hold yet, on `workers` cores, and returns all in order. Ctrl-C ends the
 * workers; what they were at is done again, or from its checkpoint on, by the next run.
 */
export async function runCells<R, S>(
  cells: readonly Cell<S>[],
  { workers: asked, out, data, engine: prefer }: Place & { workers: number },
  { work }: RunCellsOptions<S> = {},
): Promise<Done<R, S>[]> {
  const { engine, workers } = await startEngine(prefer, { size: work?.network.size ?? 0, workers: asked });
  const place: Place = { out, data, engine };
  if (work) await tellTime(cells, place, Math.min(workers, cells.length), work);
  const lock = await lockFolder(out);
  const done = await interruptible((signal) =>
    runJobs<CellWork, R, Place>(
      cells.map((cell) => jobOf(cell, place)),
      workerBeside(import.meta.url, '../worker'),
      {
        workers,
        signal: AbortSignal.any([signal, lock.lost]),
        shared: place,
        onStart: ({ all, kept }) => say(`${all} cells, ${kept} of them in ${out} already`),
        onDamage: (_, sentence) => say(`${sentence}; it is done again`),
        onProgress: (progress) => say(sentence(progress)),
      },
    ),
  ).finally(lock.release);
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

/** Progress goes to standard error, results to standard output. */
export const say = (text: string) => console.error(`${process.uptime().toFixed(0).padStart(6)} s  ${text}`);
