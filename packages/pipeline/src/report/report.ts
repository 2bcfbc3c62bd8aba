import { readFile } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { checkString } from '@diff/checks';
import { unsealJson } from '@diff/train';
import { fileStorage } from '@diff/train/node';
import { readResults, unusable } from '../folder/read-results.js';
import type { OutlinedCase, Results } from '../folder/results.js';
import { runFolder } from '../folder/run-folder.js';
import { UserError } from '../user-error.js';
import { comparison } from './comparison.js';
import { readGallery } from './gallery.js';
import { page } from './page.js';

/**
 * Writes the report of a run folder that holds `results.json`, `gallery.safetensors` and `outlines.json`, and nothing else is read: the
 * same folder gives the same bytes.
 *
 * @param out Where it goes; `report.html` in the folder by default.
 * @returns Its path.
 * @throws UserError where the folder has no results, or they are not what this version writes.
 */
export async function writeReport(folder: string, out?: string): Promise<string> {
  checkString('writeReport', 'folder', folder);
  if (out !== undefined) checkString('writeReport', 'out', out);
  const { gallery: galleryPath, report } = runFolder(folder);
  const results = await finished(folder);
  const bytes = await readFile(galleryPath).catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'ENOENT' ? absent(galleryPath) : error;
  });
  const gallery = await readGallery(bytes, galleryPath).catch((error: unknown) => {
    throw unusable(error);
  });
  const outlined = await readOutlines(folder);
  return write(out ?? report, await page(results, gallery, outlined));
}

/**
 * Writes two finished runs side by side: what they differ in, and their numbers with the difference per arm. Only their
 * `results.json` are read.
 *
 * @param out Where it goes; `compared.html` in the other's folder by default.
 * @returns Its path.
 * @throws UserError where a folder has no results, or they are not what this version writes, or both are the same.
 */
export async function writeComparison(folder: string, other: string, out?: string): Promise<string> {
  checkString('writeComparison', 'folder', folder);
  checkString('writeComparison', 'other', other);
  if (out !== undefined) checkString('writeComparison', 'out', out);
  if (resolve(folder) === resolve(other))
    throw new UserError(`${other} is given twice: two runs are compared, each in a folder of its own`);
  const short = [folder, other].map((path) => basename(resolve(path)));
  const [a, b] = short[0] === short[1] ? [folder, other] : short;
  const runs = [
    { name: a!, results: await finished(folder) },
    { name: b!, results: await finished(other) },
  ] as const;
  return write(out ?? runFolder(other).compared, comparison(runs));
}

async function finished(folder: string): Promise<Results> {
  const results = await readResults(folder);
  if (!results) throw absent(runFolder(folder).results);
  return results;
}

async function write(out: string, text: string): Promise<string> {
  const path = resolve(out);
  await fileStorage(dirname(path)).write(basename(path), Buffer.from(text));
  return path;
}

/** The outlines of the test cases; none in runs of older versions. */
async function readOutlines(folder: string): Promise<OutlinedCase[]> {
  const { outlines: path } = runFolder(folder);
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (!bytes) return [];
  const { cases } = (await unsealJson(bytes, path).catch((error: unknown) => {
    throw unusable(error);
  })) as { cases: OutlinedCase[] };
  return cases;
}

const absent = (path: string) =>
  new UserError(`${path} is not there: a report is made of the folder of a run that has finished`);
