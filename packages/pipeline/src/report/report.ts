import { readFile } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { checkString } from '@diff/checks';
import { fileStorage } from '@diff/train/node';
import { readResults, unusable } from '../folder/read-results.js';
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
export async function writeReport(folder: string, out?: string): Promise<string> {
  checkString('writeReport', 'folder', folder);
  if (out !== undefined) checkString('writeReport', 'out', out);
  const { results: resultsPath, gallery: galleryPath } = runFolder(folder);
  const results = await readResults(folder);
  if (!results) throw absent(resultsPath);
  const bytes = await readFile(galleryPath).catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'ENOENT' ? absent(galleryPath) : error;
  });
  const gallery = await readGallery(bytes, galleryPath).catch((error: unknown) => {
    throw unusable(error);
  });
  const path = resolve(out ?? runFolder(folder).report);
  await fileStorage(dirname(path)).write(basename(path), Buffer.from(await page(results, gallery)));
  return path;
}

const absent = (path: string) =>
  new UserError(`${path} is not there: a report is made of the folder of a run that has finished`);
