import { readFile } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { unsealJson } from '@diff/train';
import { fileStorage } from '@diff/train/node';
import type { Results } from '../folder/results.js';
import { runFolder } from '../folder/run-folder.js';
import { UserError } from '../user-error.js';
import { readGallery } from './gallery.js';
import { page } from './page.js';

/**
 * Writes the report of a run folder that holds `results.json` and `gallery.safetensors`, and nothing else is read: the
 * same folder gives the same bytes.
 *
 * @param out Where it goes; `report.html` in the folder by default.
 * @returns Its path.
 * @throws UserError where the folder has no results, or they are not what this version writes.
 */
export async function writeReport(folder: string, out: string = runFolder(folder).report): Promise<string> {
  const { results: resultsPath, gallery: galleryPath } = runFolder(folder);
  const results = await parse(await read(resultsPath), resultsPath);
  const bytes = await read(galleryPath);
  let gallery: Awaited<ReturnType<typeof readGallery>>;
  try {
    gallery = await readGallery(bytes, galleryPath);
  } catch (error) {
    throw unusable(error);
  }
  const path = resolve(out);
  await fileStorage(dirname(path)).write(basename(path), Buffer.from(await page(results, gallery)));
  return path;
}

async function read(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new UserError(`${path} is not there: a report is made of the folder of a run that has finished`);
  }
}

async function parse(bytes: Uint8Array, path: string): Promise<Results> {
  const results = (await unsealJson(bytes, path).catch((error: unknown) => {
    throw unusable(error);
  })) as Partial<Results>;
  if (results.format !== 1)
    throw new UserError(`${path} is of format ${JSON.stringify(results.format)}, expected 1`);
  return results as Results;
}

const unusable = (error: unknown) =>
  new UserError(`${(error as Error).message}; the command that made the run makes it anew`);
