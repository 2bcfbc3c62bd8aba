import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { parallelMap, workerBeside } from '@diff/backend/parallel';
import { fileStorage } from '@diff/train/node';
import { duration, interruptible } from 'diff-pipeline/cli';
import type { Kind } from '../worker.js';

/** One piece of an experiment, done by one worker: what it is, and everything that it depends on. */
export interface Cell<S = unknown> {
  /** Its file in the run folder, without `.json`. */
  id: string;
  kind: Kind;
  settings: S;
}

/** What every worker is told: where cells are kept, and where real data are. */
export interface Place {
  out: string;
  data: string;
}

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

/** A cell for every task and seed; seed by seed, so that a run that is stopped has something of every task. */
export const grid = <T extends string, S extends object>(
  kind: Kind,
  { tasks, seeds }: { tasks: readonly T[]; seeds: number },
  settings: S,
): Cell<{ task: T; seed: number } & S>[] =>
  Array.from({ length: seeds }, (_, seed) =>
    tasks.map((task) => {
      const all = { task, seed, ...settings };
      return { id: nameOf(all), kind, settings: all };
    }),
  ).flat();

/** The result of a cell that was done before under the same settings, as far as its file says with which it was. */
export function stored<R, S>(folder: string, { id, settings }: Cell<S>): Done<R, S> | undefined {
  let text: string;
  try {
    text = readFileSync(join(folder, `${id}.json`), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  const file = JSON.parse(text) as { settings: Record<string, unknown>; result: R; seconds: number };
  const wanted: object = JSON.parse(JSON.stringify(settings));
  const same = Object.entries(wanted).every(([key, value]) => isDeepStrictEqual(file.settings[key], value));
  return same ? { settings, result: file.result, seconds: file.seconds } : undefined;
}

/** Called by the worker as soon as it has the result, so that a killed run keeps what is done. */
export function store(folder: string, { id, settings }: Cell, done: Omit<Done, 'settings'>): Promise<void> {
  return fileStorage(folder).write(`${id}.json`, Buffer.from(JSON.stringify({ settings, ...done })));
}

/**
 * Does every cell that the run folder does not hold yet, on `workers` cores, and returns all in order. Ctrl-C ends the
 * workers; what they were at is done again, or from its checkpoint on, by the next run.
 */
export async function runCells<R, S>(
  cells: readonly Cell<S>[],
  { workers, ...place }: Place & { workers: number },
): Promise<Done<R, S>[]> {
  const open = cells.filter((cell) => !stored(place.out, cell));
  const started = Date.now();
  say(`${cells.length} cells, ${cells.length - open.length} of them in ${place.out} already`);
  if (open.length)
    await interruptible((signal) =>
      parallelMap(open, workerBeside(import.meta.url, '../worker'), {
        workers: Math.min(workers, open.length),
        shared: { out: place.out, data: place.data } satisfies Place,
        signal,
        onProgress: ({ done }) => {
          const left = ((Date.now() - started) / done) * (open.length - done);
          say(`${done} of ${open.length} cells done, about ${duration(left / 1000)} left`);
        },
      }),
    );
  return cells.map((cell) => stored<R, S>(place.out, cell)!);
}

/** Progress goes to standard error, results to standard output. */
export const say = (text: string) => console.error(`${process.uptime().toFixed(0).padStart(6)} s  ${text}`);
