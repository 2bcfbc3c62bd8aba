import { randomInt } from 'node:crypto';
import { open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Storage } from '../files/storage.js';
import { makeFolder } from './make-folder.js';

/**
 * Writes a file so that its name never shows a half-written one: to a temporary name, flushed, then renamed. Without
 * `flush` that holds when the process is killed, not when the power fails; many small files are then written far sooner.
 */
export async function writeAtomically(
  path: string,
  bytes: Uint8Array,
  { flush = true }: { flush?: boolean } = {},
): Promise<void> {
  await makeFolder(dirname(path));
  // Processes of two machines may have the same id.
  const temporary = `${path}.${randomInt(1e9)}.${process.pid}.tmp`;
  try {
    const file = await open(temporary, 'w');
    try {
      await file.writeFile(bytes);
      if (flush) await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** Keeps files in a folder, made when first written to. Temporary files that a killed process left are swept. */
export function fileStorage(directory: string): Storage {
  return {
    location: directory,
    async list() {
      const names = await readdir(directory).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return [];
        throw error;
      });
      const stale = names.filter(
        (name) => /\.\d+\.tmp$/.test(name) && !running(Number(name.match(/\d+(?=\.tmp$)/)![0])),
      );
      await Promise.all(stale.map((name) => rm(join(directory, name), { force: true })));
      return names.filter((name) => !name.endsWith('.tmp'));
    },
    read: (name) => readFile(join(directory, name)),
    write: (name, bytes) => writeAtomically(join(directory, name), bytes),
    remove: (name) => rm(join(directory, name), { force: true }),
  };
}

function running(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
