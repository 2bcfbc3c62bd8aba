import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { isDeepStrictEqual } from 'node:util';
import { checkFunction } from '@diff/checks';
import { sealJson, unsealJson } from '@diff/train';
import { writeAtomically } from '@diff/train/node';
import { checkJob, type Job } from './job.js';

/** What a job's marker holds, sealed by a checksum of its own. */
export interface Done<R = unknown> {
  /** The job's key. */
  key: unknown;
  /** How long it took on one worker; if it had been stopped, since then. */
  seconds: number;
  /** SHA-256 of the outputs, in their order. */
  seals: string[];
  result?: R;
}

/** A file that a job reads, and the SHA-256 that it had when it was made. */
export type Sealed = readonly [path: string, sha256: string];

type Marked = Pick<Job, 'key' | 'marker' | 'outputs'>;

/**
 * What was done of a job before, under the same key and with all its files there as they were made.
 *
 * @param onDamage Gets a sentence where the marker or a file is damaged: the job counts as not done.
 */
export async function doneBefore<R = unknown>(
  job: Marked,
  onDamage: (sentence: string) => void = () => {},
): Promise<Done<R> | undefined> {
  checkJob('doneBefore', 'job', job, ['marker']);
  checkFunction('doneBefore', 'onDamage', onDamage);
  const { key, marker, outputs = [] } = job;
  const bytes = await unlessAbsent(readFile(marker));
  if (!bytes) return undefined;
  try {
    const done = (await unsealJson(bytes, marker)) as Done<R>;
    if (!isDeepStrictEqual(done.key, JSON.parse(JSON.stringify(key)))) return undefined;
    return (await checkSeals(outputs.map((path, i) => [path, done.seals[i]!]))) ? done : undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code) throw error;
    onDamage((error as Error).message);
    return undefined;
  }
}

/** Does a job and writes its marker, so that a killed run keeps what is done. */
export async function markDone<R>(job: Marked, work: () => Promise<R>): Promise<Done<R>> {
  checkJob('markDone', 'job', job, ['marker']);
  checkFunction('markDone', 'work', work);
  const { key, marker, outputs = [] } = job;
  const started = performance.now();
  // Before any output changes: whatever the marker stood for is no longer whole.
  await rm(marker, { force: true });
  const result = await work();
  const seals: string[] = [];
  for (const path of outputs) seals.push(await sha256Of(path));
  const done: Done<R> = { key, seconds: (performance.now() - started) / 1000, seals, result };
  await writeAtomically(marker, await sealJson(done));
  return done;
}

/** Whether all files are there. @throws Error naming the first that is not as it was made. */
export async function checkSeals(files: readonly Sealed[]): Promise<boolean> {
  for (const [path, sha256] of files) {
    const actual = await unlessAbsent(sha256Of(path));
    if (actual === undefined) return false;
    if (actual !== sha256)
      throw new Error(
        `${path} is damaged: its SHA-256 is ${actual.slice(0, 12)}…, but it was made with ${sha256?.slice(0, 12)}…`,
      );
  }
  return true;
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

const unlessAbsent = <T>(read: Promise<T>): Promise<T | undefined> =>
  read.catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
