import { readFile } from 'node:fs/promises';
import { unsealJson } from '@diff/train';
import { UserError } from '../user-error.js';
import type { Results } from './results.js';
import { runFolder } from './run-folder.js';

/**
 * The results of a finished run; `undefined` where the folder has none.
 *
 * @throws UserError where they are damaged, or not what this version writes.
 */
export async function readResults(folder: string): Promise<Results | undefined> {
  const { results: path } = runFolder(folder);
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (!bytes) return undefined;
  const results = (await unsealJson(bytes, path).catch((error: unknown) => {
    throw unusable(error);
  })) as Partial<Results>;
  if (results.format !== 1)
    throw new UserError(`${path} is of format ${JSON.stringify(results.format)}, expected 1`);
  return results as Results;
}

/** What is wrong with a file of a finished run, and what helps. */
export const unusable = (error: unknown) =>
  new UserError(`${(error as Error).message}; the command that made the run makes it anew`);
