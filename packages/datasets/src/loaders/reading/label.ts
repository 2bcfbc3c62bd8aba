import type { Diagnosis } from '../../dataset/case.js';
import { DataError, type Problem } from '../../dataset/problem.js';
import { readCells } from '../../formats/table.js';
import { leavesRoot, stemOf, type Tree } from './tree.js';

/** `yes` and `no` words → 1 and 0, numbers that equal 1 and 0 too; anything else but '' is a problem. */
export function diagnosisOf(
  text: string,
  where: string,
  problems: Problem[],
  { yes = [], no = [] }: { yes?: readonly string[]; no?: readonly string[] } = {},
): Diagnosis | undefined {
  const word = text.trim().toLowerCase();
  if (word === '') return undefined;
  if (yes.includes(word) || Number(word) === 1) return 1;
  if (no.includes(word) || Number(word) === 0) return 0;
  problems.push({ path: where, reason: `unknown label "${text}"`, outcome: 'kept' });
  return undefined;
}

export interface Labelled {
  /** The stem of the image's name, in lower case. */
  stem: string;
  /** As the table has it. */
  name: string;
  text: string;
  table: string;
  where: string;
}

/** Does what may meet a faulty file, and notes the fault. */
export async function noting(problems: Problem[], step: () => Promise<void>): Promise<void> {
  try {
    await step();
  } catch (error) {
    if (!(error instanceof DataError) || error.fatal) throw error;
    problems.push({ path: error.path, reason: error.reason, outcome: 'kept' });
  }
}

const TABLE = /\.(?:csv|xlsx?)$/i;
const plain = (text: string) => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');

/**
 * What every table of the tree says about images, where it has a column of image names and one of labels, or, with
 * `headless`, no header and names that match it in its first column. Tables about other things are passed over; those
 * that cannot be read are problems.
 */
export async function labelsIn(
  tree: Tree,
  problems: Problem[],
  columns: { names: readonly string[]; labels: readonly string[]; headless?: RegExp },
): Promise<Labelled[]> {
  const labelled: Labelled[] = [];
  for (const path of tree.paths.filter((path) => TABLE.test(path))) {
    await noting(problems, async () => {
      const cells = await readCells(tree, path);
      const header = (cells[0] ?? []).map(plain);
      const at = (wanted: readonly string[]) => {
        const found = wanted.map(plain).find((name) => header.includes(name));
        return found === undefined ? -1 : header.indexOf(found);
      };
      const headless = columns.headless?.test(cells[0]?.[0] ?? '') ?? false;
      const [name, label] = headless ? [0, 1] : [at(columns.names), at(columns.labels)];
      if (name < 0 || label < 0) return;
      cells.slice(headless ? 0 : 1).forEach((row, i) => {
        const where = `${path}, row ${i + (headless ? 1 : 2)}`;
        const file = row[name] ?? '';
        if (file === '') return;
        if (leavesRoot(file)) {
          problems.push({ path: where, reason: `"${file}" leads out of the root`, outcome: 'skipped' });
        } else {
          labelled.push({
            stem: stemOf(`${file.replace(/\.[a-z]+$/i, '')}.x`).toLowerCase(),
            name: file,
            text: row[label] ?? '',
            table: path,
            where,
          });
        }
      });
    });
  }
  return labelled;
}

/**
 * Of several candidates the one whose path begins most like `path`: the mask `REFUGE1-val/Disc_Cup_Masks/V0001.bmp`
 * belongs to `REFUGE1-val/REFUGE-Validation400/V0001.jpg`, whatever else is called V0001.
 */
export function closest<T>(
  path: string,
  candidates: readonly T[] | undefined,
  pathOf: (item: T) => string,
): T | undefined {
  let best: T | undefined;
  let most = -1;
  for (const candidate of candidates ?? []) {
    const other = pathOf(candidate);
    let shared = 0;
    while (shared < other.length && path[shared] === other[shared]) shared++;
    if (shared > most) [best, most] = [candidate, shared];
  }
  return best;
}
