import { existsSync, readFileSync } from 'node:fs';
import { type RunFolder, roundFolder } from '../folder/run-folder.js';
import type { Job } from '../run/plan.js';

/** A job's marker: written when all its outputs are. */
export interface Done<R = unknown> {
  key: string;
  /** How long it took on one worker; if it had been stopped, since then. */
  seconds: number;
  result?: R;
}

/** What was done of a job before, under the same settings and with all its files there. */
export function doneBefore(folder: RunFolder, { id, round, key, outputs }: Job): Done | undefined {
  try {
    const done = JSON.parse(readFileSync(roundFolder(folder.round(round)).job(id), 'utf8')) as Done;
    return done.key === key && outputs.every((path) => existsSync(path)) ? done : undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
