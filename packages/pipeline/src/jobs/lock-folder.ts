import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { open, readdir, readFile, rm, rmdir, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { checkString } from '@diff/checks';
import { makeFolder } from '@diff/train/node';
import { UserError } from '../user-error.js';
import { startHeart } from './lock-heart.js';
import { type Holder, isAlive, machine, parseHolder, thisProcess } from './lock-holder.js';

/** A folder that this process has taken. */
export interface FolderLock {
  /** Aborted, with a `UserError`, when another process took the folder over, after this one had stood still for long. */
  readonly lost: AbortSignal;
  release(): Promise<void>;
}

/** Milliseconds between two signs of life, and without one until another machine may take the folder. */
const BEAT = 10_000;
const STALE = 90_000;
const LOCK = /^\.lock-(\d+)$/;

/**
 * Takes a folder for this process, so that no two work in it at the same time; makes it where it is not there. The lock is
 * a file `.lock-<number>` that names its holder. The lock of a process that is gone counts for nothing: the
 * next number is taken, and only one process can create it, on network file systems too. A process of another machine is gone when it has given
 * no sign of life for 90 seconds, by the clock of the file system.
 *
 * @throws UserError, which names the holder, where another process works in the folder.
 */
export async function lockFolder(folder: string): Promise<FolderLock> {
  checkString('lockFolder', 'folder', folder);
  const root = resolve(folder);
  const made = await makeFolder(root).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST' && error.code !== 'ENOTDIR') throw error;
    throw new UserError(`${folder} is a file or lies in one, expected a folder or a new name`);
  });
  const self = thisProcess();
  const number = 1 + (await refuseHeld(folder, root));
  const path = join(root, `.lock-${number}`);
  try {
    const file = await open(path, 'wx');
    try {
      await file.writeFile(JSON.stringify(self));
    } finally {
      await file.close();
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'EEXIST' && code !== 'ENOENT') throw error;
    if (code === 'EEXIST') await refuseHeld(folder, root);
    // Whoever was faster has let go already, and may have taken back a folder that it had made.
    return lockFolder(folder);
  }
  try {
    // One that looked before this lock was there may have taken another number meanwhile.
    await refuseHeld(folder, root, number);
    await Promise.all(
      (await numbers(root))
        .filter((n) => n < number)
        .map((n) => rm(join(root, `.lock-${n}`), { force: true })),
    );
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  }
  return hold(folder, path, self, async () => {
    await rm(path, { force: true });
    await removeIfEmpty(root, made);
  });
}

/** @returns the highest number that is taken by a process that is gone, or 0. @throws UserError where one works. */
async function refuseHeld(folder: string, root: string, own?: number): Promise<number> {
  const taken = (await numbers(root)).filter((number) => number !== own);
  for (const number of taken) {
    const holder = await holderOf(root, number);
    if (!holder) continue;
    if (holder === 'unknown')
      throw new UserError(`${folder} is in use: another process is about to work in it`);
    throw new UserError(
      `${folder} is in use: process ${holder.pid} on ${holder.host} has worked in it since ${holder.since}; let it end or stop it, or name another folder`,
    );
  }
  return Math.max(0, ...taken);
}

const numbers = async (root: string) =>
  (await readdir(root)).flatMap((name) => Number(LOCK.exec(name)?.[1] ?? [])).filter(Boolean);

/** Who holds a lock; undefined where that process is gone. */
async function holderOf(root: string, number: number): Promise<Holder | 'unknown' | undefined> {
  const path = join(root, `.lock-${number}`);
  for (let tries = 0; ; tries++) {
    const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    });
    if (text === undefined) return undefined;
    const holder = parseHolder(text);
    if (holder?.machine === machine()) return isAlive(holder) ? holder : undefined;
    if (holder) return (await isStale(root, path)) ? undefined : holder;
    // It is created first and written then.
    if (tries === 20) return (await isStale(root, path)) ? undefined : 'unknown';
    await wait(50);
  }
}

/** Whether a lock gave no sign of life for long, by the clock that stamps files here: other machines' clocks may differ. */
async function isStale(root: string, path: string): Promise<boolean> {
  const probe = join(root, `.clock-${randomUUID()}`);
  try {
    await (await open(probe, 'wx')).close();
    const [now, beat] = await Promise.all([stat(probe), stat(path)]);
    return now.mtimeMs - beat.mtimeMs > STALE;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return true;
    throw error;
  } finally {
    await rm(probe, { force: true });
  }
}

function hold(folder: string, path: string, self: Holder, free: () => Promise<void>): FolderLock {
  const lost = new AbortController();
  const stop = startHeart(path, JSON.stringify(self), BEAT, () =>
    lost.abort(
      new UserError(`another process took ${folder} over, since this one had stood still for long`, 1),
    ),
  );
  const atExit = () => lost.signal.aborted || rmSync(path, { force: true });
  process.once('exit', atExit);
  return {
    lost: lost.signal,
    async release() {
      process.off('exit', atExit);
      await stop();
      if (!lost.signal.aborted) await free();
    },
  };
}

/** Takes back the folders that the lock had made, where nothing came into them. */
async function removeIfEmpty(root: string, made: string | undefined): Promise<void> {
  if (made === undefined) return;
  for (let at = root; at.length >= made.length; at = dirname(at)) {
    const removed = await rmdir(at).then(
      () => true,
      () => false,
    );
    if (!removed) return;
  }
}
