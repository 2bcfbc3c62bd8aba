import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Dataset } from '@diff/datasets';
import { fileName } from '../folder/file-name.js';
import { UserError } from '../user-error.js';

export interface Predictions {
  /** `files.get(structure)?.get(id)` is the path of a map. */
  files: Map<string, Map<string, string>>;
  /** By structure, the cases that were outlined and have no prediction, and the files that belong to no case. */
  unmatched: Record<string, { withoutPrediction: string[]; withoutCase: string[] }>;
}

const MAP = /^(.+?)\.(tiff?|png|nii|nii\.gz|nrrd|mha)$/i;

/** The folder of label maps, one for each case, in place of one of each structure. */
export const LABELS = 'labels';

/**
 * Finds `<structure>/<case>.png` or `.tiff` for the cases of a dataset, or with `labelMap` `labels/<case>`, which is then of every
 * structure; and names what has no counterpart.
 */
export async function listPredictions(
  root: string,
  dataset: Dataset,
  { labelMap = false } = {},
): Promise<Predictions> {
  const top = await readdir(root, { withFileTypes: true }).catch(() => {
    throw new UserError(`there is no folder ${root}`);
  });
  const folders = new Set(top.filter((item) => item.isDirectory()).map(({ name }) => name));
  const files: Predictions['files'] = new Map();
  const unmatched: Predictions['unmatched'] = Object.create(null);
  for (const structure of dataset.structures) {
    const folder = labelMap ? LABELS : fileName(structure);
    if (!folders.has(folder)) continue;
    const found = await mapsIn(join(root, folder));
    const ids = new Map<string, string>();
    const withoutPrediction: string[] = [];
    for (const { id, annotated } of dataset.entries) {
      const path = found.get(fileName(id));
      found.delete(fileName(id));
      if (path) ids.set(id, path);
      else if (annotated[structure]?.length) withoutPrediction.push(id);
    }
    files.set(structure, ids);
    unmatched[structure] = { withoutPrediction, withoutCase: [...found.values()] };
  }
  if (files.size === 0)
    throw new UserError(
      labelMap
        ? `${root} has no folder ${LABELS}, expected ${LABELS}/<case>.png or another format`
        : `${root} has no folder ${dataset.structures.map(fileName).join(' or ')}, expected <structure>/<case>.png`,
    );
  return { files, unmatched };
}

/** Paths by the name of the case. */
async function mapsIn(folder: string): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const name of (await readdir(folder)).sort()) {
    const [, stem] = MAP.exec(name) ?? [];
    if (stem === undefined || name.startsWith('.')) continue;
    // Floats before steps, where a map is there twice.
    if (!found.has(stem) || !/\.png$/i.test(name)) found.set(stem, join(folder, name));
  }
  return found;
}
