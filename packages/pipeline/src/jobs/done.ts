import { existsSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import { writeAtomically } from '@diff/train/node';
import type { Job } from './job.js';

/** What a job's marker holds. */
export interface Done<R = unknown> {
  /** The job's key. */
  key: unknown;
  /** How long it took on one worker; if it had been stopped, since then. */
  seconds: number;
  result?: R;
}

type Marked = Pick<Job, 'key' | 'marker' | 'outputs'>;

/**
 * What was done of a job before, under the same key and with all its files there.
 *
 * @throws SyntaxError where the marker is damaged: markers are written whole or not at all.
 */
export function doneBefore<R = unknown>({ key, marker, outputs = [] }: Marked): Done<R> | undefined {
  let text: string;
  try {
    text = readFileSync(marker, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  const done = JSON.parse(text) as Done<R>;
  const same = isDeepStrictEqual(done.key, JSON.parse(JSON.stringify(key)));
  return same && outputs.every((path) => existsSync(path)) ? done : undefined;
}

/** Does a job and writes its marker, so that a killed run keeps what is done. */
export async function markDone<R>({ key, marker }: Marked, work: () => Promise<R>): Promise<Done<R>> {
  const started = performance.now();
  // Before any output changes: whatever the marker stood for is no longer whole.
  await rm(marker, { force: true });
  const result = await work();
  const done: Done<R> = { key, seconds: (performance.now() - started) / 1000, result };
  await writeAtomically(marker, Buffer.from(JSON.stringify(done)));
  return done;
}
