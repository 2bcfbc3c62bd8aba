import type { Dataset } from '../dataset/dataset.js';
import type { Problem } from '../dataset/problem.js';
import { readRows } from '../formats/table.js';
import { diagnosisOf, noting } from './reading/label.js';
import { type FileEntry, type Layout, openLayout } from './reading/layout.js';
import type { LoaderOptions } from './reading/options.js';
import { patternOf } from './reading/pattern.js';
import { leavesRoot, natural, type Tree } from './reading/tree.js';

export interface FolderOptions extends LoaderOptions {
  /**
   * Where images are: `'images/{id}.png'`. May also catch `{patient}`, `{split}` and `{diagnosis}`. Without it the cases
   * are those that masks name, and their images have the masks' size and 0 channels.
   */
  image?: string;
  /**
   * Where masks are: `'masks/{rater}/{id}.png'`, which may also catch `{structure}`, `{patient}` and `{split}`; or a
   * pattern a structure, `{ disc: 'disc/{id}_{rater}.png', cup: … }`. Without `{rater}` there is one rater, `'1'`;
   * without `{structure}` one structure, `'object'`. Without `mask` the cases have images alone.
   */
  mask?: string | Readonly<Record<string, string>>;
  /** A CSV or XLSX file, relative to the root, and its columns. */
  label?: {
    file: string;
    /** The column of ids, or of the image's file names. */
    id: string;
    diagnosis: string;
    patient?: string;
    split?: string;
  };
  /** Words, in lower case, that mean 1 and 0 beside those numbers, in the table or for `{diagnosis}`. */
  yes?: readonly string[];
  no?: readonly string[];
  /** What a mask's value means: inside or not, or to what degree in [0, 1]. Default: inside where above 127. */
  value?: (value: number) => boolean | number;
  /** Who should have outlined every case. Default: all raters there are. `false`: nobody had to. */
  panel?: readonly string[] | false;
  /** Of volumes (NIfTI), which slice to take, from 0. */
  slice?: number;
}

const ABOUT = ['id', 'patient', 'split', 'diagnosis'];

function folderLayout(options: FolderOptions): Layout<FolderOptions> {
  const { image, mask = {} } = options;
  const imagePattern = image && patternOf(image, { names: ABOUT, needed: ['id'], caller: 'folder' });
  const byStructure = typeof mask === 'string' ? { '': mask } : mask;
  if (!imagePattern && Object.keys(byStructure).length === 0)
    throw new RangeError('folder: there is no pattern, expected image, mask or both');
  const maskPatterns = Object.entries(byStructure).map(([structure, pattern]) => {
    const names = ['id', 'rater', 'structure', 'patient', 'split'];
    return { structure, pattern: patternOf(pattern, { names, needed: ['id'], caller: 'folder' }) };
  });
  return {
    name: 'folder',
    expects: image || Object.values(byStructure).join(' or '),
    recognises: (tree) =>
      [imagePattern || [], maskPatterns.map(({ pattern }) => pattern)]
        .flat()
        .some((pattern) => tree.paths.some((path) => pattern.test(path))),
    async list(tree) {
      const problems: Problem[] = [];
      const entries = new Map<string, FileEntry>();
      for (const { path, groups } of imagePattern ? tree.match(imagePattern) : []) {
        const id = groups.id!;
        const key = id.toLowerCase();
        const { patient, split } = groups;
        if (entries.has(key)) problems.push({ path, reason: `a second image ${id}`, outcome: 'skipped' });
        else {
          const diagnosis = diagnosisOf(groups.diagnosis ?? '', path, problems, options);
          const known = {
            ...(patient && { patient }),
            ...(split && { split }),
            ...(diagnosis !== undefined && { diagnosis }),
          };
          entries.set(key, { id, ...known, image: path, masks: [] });
        }
      }
      for (const { structure, pattern } of maskPatterns) {
        for (const { path, groups } of tree.match(pattern)) {
          const key = groups.id!.toLowerCase();
          const { patient, split } = groups;
          if (!imagePattern && !entries.has(key)) {
            const known = { ...(patient && { patient }), ...(split && { split }) };
            entries.set(key, { id: groups.id!, ...known, image: path, imageless: true, masks: [] });
          }
          const entry = entries.get(key);
          if (entry?.image === path && !entry.imageless) continue;
          const found = structure || groups.structure || 'object';
          const rater = groups.rater ?? '1';
          if (!entry) problems.push({ path, reason: 'a mask without its image', outcome: 'skipped' });
          else if (entry.masks.some((other) => other.structure === found && other.rater === rater)) {
            problems.push({
              path,
              reason: `a second mask of the ${found} by rater ${rater}`,
              id: entry.id,
              outcome: 'kept',
            });
          } else entry.masks.push({ structure: found, rater, path, value: options.value });
        }
      }
      await noting(problems, () => label(tree, entries, problems, options));
      const all = [...entries.values()];
      const names = (key: 'structure' | 'rater') =>
        [...new Set(all.flatMap(({ masks }) => masks.map((file) => file[key])))].sort(natural);
      const panel = options.panel ?? names('rater');
      const structures = typeof mask === 'string' ? names('structure') : Object.keys(mask);
      return {
        entries: all,
        problems,
        structures,
        ...(panel && { panel }),
        slice: options.slice,
        passedOver: /(?:)/,
      };
    },
  };
}

async function label(
  tree: Tree,
  entries: Map<string, FileEntry>,
  problems: Problem[],
  options: FolderOptions,
) {
  const { label: columns } = options;
  if (!columns) return;
  const labelled = new Set<string>();
  for (const row of await readRows(tree, tree.find(columns.file))) {
    const name = row.get(columns.id);
    const entry = entries.get(name.toLowerCase()) ?? entries.get(name.toLowerCase().replace(/\.[a-z]+$/, ''));
    if (!entry) {
      const reason = `names "${name}", which ${leavesRoot(name) ? 'leads out of the root' : 'is not there'}`;
      problems.push({ path: row.where, reason, outcome: 'skipped' });
      continue;
    }
    labelled.add(entry.id);
    const diagnosis = diagnosisOf(row.get(columns.diagnosis), row.where, problems, options);
    const patient = columns.patient && row.get(columns.patient);
    const split = columns.split && row.get(columns.split);
    Object.assign(
      entry,
      diagnosis !== undefined && { diagnosis },
      patient && { patient },
      split && { split },
    );
  }
  for (const { id, image } of entries.values()) {
    if (!labelled.has(id))
      problems.push({ path: image, reason: `${columns.file} has no row for it`, id, outcome: 'kept' });
  }
}

/**
 * Your own data, found by patterns. Reads PNG, JPEG, TIFF, BMP, GIF, NIfTI (a slice) and DICOM (uncompressed). A mask is
 * what is above 127 in it unless `value` says otherwise.
 *
 * @example
 * const dataset = await folder('data', {
 *   image: 'images/{id}.{jpg,png}',
 *   mask: 'masks/{rater}/{id}.png',
 *   label: { file: 'labels.csv', id: 'name', diagnosis: 'malignant', patient: 'patient' },
 * });
 * @throws RangeError where there is no pattern, or one catches something unknown, or no `{id}`.
 */
export async function folder(root: string, options: FolderOptions): Promise<Dataset> {
  return openLayout(folderLayout(options), root, options);
}
