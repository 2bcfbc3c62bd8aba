import { isDeepStrictEqual } from 'node:util';
import { checkFunction } from '@diff/checks';
import { sealJson, unsealJson } from '@diff/train';
import { folderArtifacts as artifacts } from './artifacts.js';
import { type Attempt, newAttempt, settle, stagedMarker } from './attempt.js';
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
  /** The attempt that counts. */
  attempt?: string;
}

/** A file that a job reads, and the SHA-256 that it had when it was made. */
export type Sealed = readonly [path: string, sha256: string];

/** What says whether a job is done. */
export type Marked = Pick<Job, 'key' | 'marker' | 'outputs'>;

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
  return (await look<R>(job, onDamage)).done;
}

/**
 * The same, and removes a marker that stands for nothing any more, before the job is handed out. For the only one who hands it out:
 * a marker is never replaced, so one that was found useless is still the same one when it is removed.
 */
export async function renewed<R>(
  job: Marked,
  onDamage: (sentence: string) => void = () => {},
): Promise<Done<R> | undefined> {
  const { done, marked } = await look<R>(job, onDamage);
  if (!done && marked) await artifacts.remove(job.marker);
  return done;
}

async function look<R>(
  job: Marked,
  onDamage: (sentence: string) => void,
): Promise<{ done?: Done<R>; marked: boolean }> {
  const { key, marker, outputs = [] } = job;
  const bytes = await artifacts.read(marker);
  if (!bytes) return { marked: false };
  try {
    const done = (await unsealJson(bytes, marker)) as Done<R>;
    if (!hasKey(done, key)) return { marked: true };
    if (done.attempt) await settle(job, done.attempt);
    const whole = await checkSeals(outputs.map((path, i) => [path, done.seals[i]!]));
    return { marked: true, ...(whole && { done }) };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code) throw error;
    onDamage((error as Error).message);
    return { marked: true };
  }
}

/** Whether a marker is of this key, which JSON may have changed: `undefined` is left out. */
export const hasKey = (done: Done, key: unknown): boolean =>
  isDeepStrictEqual(done.key, JSON.parse(JSON.stringify(key)));

/**
 * Does a job and writes its marker, so that a killed run keeps what is done. What the folder held of it before counts no more.
 *
 * @param work Gets where to write an output until the job is done: only then has it its own name.
 */
export async function markDone<R>(
  job: Marked,
  work: (staged: (output: string) => string) => Promise<R>,
): Promise<Done<R>> {
  checkJob('markDone', 'job', job, ['marker']);
  checkFunction('markDone', 'work', work);
  // Before any output changes: whatever the marker stood for is no longer whole.
  await artifacts.remove(job.marker);
  return doOnce(job, work);
}

/**
 * Does a job that others may be doing too: whoever creates the marker first counts, and another changes nothing and gives what the
 * first one came to. Outputs are written under names of this attempt's own; the marker, which holds their SHA-256, says which
 * attempt counts; then that one's outputs get their names, from whoever sees the marker first.
 *
 * @throws Error where a marker of another key was created meanwhile.
 */
export async function doOnce<R>(
  job: Marked,
  work: (staged: (output: string) => string) => Promise<R>,
): Promise<Done<R>> {
  const before = await doneBefore<R>(job);
  if (before) return before;
  const started = performance.now();
  const attempt = newAttempt(job);
  let counts = false;
  try {
    const result = await work(attempt.staged);
    const seals = await sealsOf(job, attempt);
    const seconds = (performance.now() - started) / 1000;
    const done: Done<R> = { key: job.key, seconds, seals, result, attempt: attempt.name };
    counts = await artifacts.create(job.marker, await sealJson(done), stagedMarker(job, attempt));
    if (counts) {
      await settle(job, attempt.name);
      return done;
    }
    const other = await doneBefore<R>(job);
    if (other) return other;
    throw new Error(`${job.marker} was written meanwhile, for other settings or in another run`);
  } catch (error) {
    // What failed for another reason may have been done by a twin.
    const other = await doneBefore<R>(job).catch(() => undefined);
    if (other) return other;
    throw error;
  } finally {
    if (!counts) await attempt.clear();
  }
}

/** SHA-256 of what an attempt wrote; of an output that is not among it, of the file that has its name. */
async function sealsOf({ outputs = [] }: Marked, { staged }: Attempt): Promise<string[]> {
  const seals: string[] = [];
  for (const output of outputs) {
    const seal = (await artifacts.sha256(staged(output))) ?? (await artifacts.sha256(output));
    if (seal === undefined) throw new Error(`markDone: ${output} was not written`);
    seals.push(seal);
  }
  return seals;
}

/** Whether all files are there. @throws Error naming the first that is not as it was made. */
export async function checkSeals(files: readonly Sealed[]): Promise<boolean> {
  for (const [path, sha256] of files) {
    const actual = await artifacts.sha256(path);
    if (actual === undefined) return false;
    if (actual !== sha256)
      throw new Error(
        `${path} is damaged: its SHA-256 is ${actual.slice(0, 12)}…, but it was made with ${sha256?.slice(0, 12)}…`,
      );
  }
  return true;
}
