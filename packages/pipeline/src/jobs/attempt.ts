import { randomUUID } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import { dirname, extname, join } from 'node:path';
import { type Artifacts, folderArtifacts } from './artifacts.js';
import type { Job } from './job.js';

/** Where one attempt at a job writes, apart from all others, until the job's marker names it. */
export interface Attempt {
  /** What no other attempt is called. */
  name: string;
  /** The path under which to write an output. */
  staged(output: string): string;
  /** Removes whatever the attempt left. */
  clear(): Promise<void>;
}

type Placed = Pick<Job, 'marker' | 'outputs'>;

const PREFIX = '.attempt-';

export const newAttempt = (job: Placed): Attempt => attemptNamed(randomUUID(), job);

function attemptNamed(name: string, { marker, outputs = [] }: Placed): Attempt {
  const folder = join(dirname(marker), `${PREFIX}${name}`);
  return {
    name,
    staged(output) {
      const index = outputs.indexOf(output);
      if (index < 0) throw new RangeError(`staged: ${output} is none of the job's outputs`);
      return join(folder, `${index}${extname(output)}`);
    },
    clear: () => rm(folder, { recursive: true, force: true }),
  };
}

/** The path that an attempt's marker has before it counts. */
export const stagedMarker = ({ marker }: Placed, { name }: Attempt) =>
  join(dirname(marker), `${PREFIX}${name}`, 'marker');

/**
 * Gives the outputs of the attempt that a marker names their own names, as far as they have not got them: whoever finds the marker
 * may do so, and several may at once.
 */
export async function settle(
  job: Placed,
  name: string,
  { move }: Pick<Artifacts, 'move'> = folderArtifacts,
): Promise<void> {
  const folder = join(dirname(job.marker), `${PREFIX}${name}`);
  const left = await readdir(folder).catch(() => undefined);
  if (!left) return;
  const { staged } = attemptNamed(name, job);
  for (const output of job.outputs ?? []) await move(staged(output), output);
  // Killed in creating its marker, an attempt leaves the marker's other name.
  await rm(folder, { recursive: true, force: true });
}

/** Removes what killed attempts left in a folder of markers, but what a marker there names. For when nobody works there. */
export async function sweepAttempts(folder: string, artifacts: Artifacts = folderArtifacts): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  const left = names.filter((name) => name.startsWith(PREFIX));
  if (!left.length) return;
  const needed = new Set<string>();
  for (const name of names.filter((one) => one.endsWith('.json'))) {
    const marker = Buffer.from((await artifacts.read(join(folder, name))) ?? []).toString();
    for (const one of left) if (marker.includes(one.slice(PREFIX.length))) needed.add(one);
  }
  for (const name of left)
    if (!needed.has(name)) await rm(join(folder, name), { recursive: true, force: true });
}
