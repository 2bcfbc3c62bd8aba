import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checkString } from '@diff/checks';
import type { ResultCache } from './result-cache.js';

/**
 * Keeps fused cases in a folder, which it makes: one file per key, written beside and renamed, so that a run that is killed
 * leaves no half of one.
 */
export function fileCache(folder: string): ResultCache {
  checkString('fileCache', 'folder', folder);
  const path = (key: string) => join(folder, `${key}.dfgt`);
  return {
    async get(key) {
      try {
        return await readFile(path(key));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
        throw error;
      }
    },
    async set(key, bytes) {
      await mkdir(folder, { recursive: true });
      const temporary = join(folder, `.${key}.${randomUUID()}`);
      try {
        await writeFile(temporary, bytes);
        await rename(temporary, path(key));
      } catch (error) {
        await rm(temporary, { force: true });
        throw error;
      }
    },
  };
}
