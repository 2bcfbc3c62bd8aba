import { checkOneOf, checkString } from '@diff/checks';
import type { Dataset } from '../dataset/dataset.js';
import { groupBy } from '../dataset/group-by.js';
import type { Problem } from '../dataset/problem.js';
import { readRows } from '../formats/table.js';
import type { FileEntry } from './reading/file-entry.js';
import { noting } from './reading/label.js';
import { type Layout, openLayout } from './reading/layout.js';
import type { LoaderOptions } from './reading/options.js';

export interface LidcOptions extends LoaderOptions {
  /** The table of malignancy ratings, relative to the root. Default: `labels.csv`; where it is absent, no case is labelled. */
  labels?: string;
  /** Which slices of each nodule: every one (default), or its middle one, entry ⌊n / 2⌋ of n in natural order. */
  slices?: 'all' | 'middle';
}

const SLICE =
  /(?:^|\/)(?<patient>LIDC-IDRI-\d+)\/(?<nodule>nodule-\d+)\/(?<folder>images|mask-(?<rater>\d+))\/(?<slice>slice-\d+)\.png$/i;

export const lidcLayout: Layout<LidcOptions> = {
  name: 'lidc',
  options: ['labels', 'slices'],
  expects: 'LIDC-IDRI-XXXX/nodule-k/{images,mask-0,mask-1,mask-2,mask-3}/slice-j.png',
  recognises: (tree) => tree.paths.some((path) => SLICE.test(path)),
  async list(tree, { labels = 'labels.csv', slices: wanted = 'all' }) {
    checkOneOf('lidc', 'slices', wanted, ['all', 'middle']);
    checkString('lidc', 'labels', labels);
    const problems: Problem[] = [];
    const entries = new Map<string, FileEntry>();
    const slices = tree.match(SLICE);
    const nodules = new Set(slices.map(({ groups }) => `${groups.patient}/${groups.nodule}`));
    const ratings = new Map<string, { mean: number; ratings: number[] }>();
    await noting(problems, async () => {
      for (const row of await readRows(tree, tree.find(labels))) {
        const nodule = `${row.get('patient')}/${row.get('nodule')}`;
        const each = [0, 1, 2, 3].map((reader) => Number.parseFloat(row.get(`malignancy_${reader}`)));
        const mean = Number.parseFloat(row.get('malignancy_mean'));
        const sound = [...each, mean].every((rating) => rating >= 1 && rating <= 5);
        if (!sound)
          problems.push({
            path: row.where,
            reason: `the ratings of ${nodule} are not in 1 to 5`,
            outcome: 'kept',
          });
        else if (!nodules.has(nodule))
          problems.push({ path: row.where, reason: `${nodule} has no image`, outcome: 'skipped' });
        else ratings.set(nodule, { mean, ratings: each });
      }
    });
    for (const { path, groups } of slices) {
      if (groups.folder !== 'images') continue;
      const nodule = `${groups.patient}/${groups.nodule}`;
      const rated = ratings.get(nodule);
      if (!rated && ratings.size > 0) {
        problems.push({
          path,
          reason: `${nodule} has no rating in ${labels}`,
          id: `${nodule}/${groups.slice}`,
          outcome: 'kept',
        });
      }
      entries.set(`${nodule}/${groups.slice}`, {
        id: `${nodule}/${groups.slice}`,
        patient: groups.patient,
        ...(rated && rated.mean !== 3 && { diagnosis: rated.mean > 3 ? 1 : 0 }),
        meta: { nodule, ...(rated && { malignancy: rated.ratings, malignancyMean: rated.mean }) },
        image: path,
        masks: [],
      });
    }
    for (const { path, groups } of slices) {
      if (groups.rater === undefined) continue;
      const entry = entries.get(`${groups.patient}/${groups.nodule}/${groups.slice}`);
      if (entry) entry.masks.push({ structure: 'nodule', rater: groups.rater, path });
      else problems.push({ path, reason: 'a mask without its image', outcome: 'skipped' });
    }
    const kept = wanted === 'middle' ? middleOf([...entries.values()]) : [...entries.values()];
    const ids = new Set(kept.map(({ id }) => id));
    return {
      entries: kept,
      problems: problems.filter(({ id }) => id === undefined || ids.has(id)),
      structures: ['nodule'],
      panel: ['0', '1', '2', '3'],
      channels: 1,
      ...(wanted === 'middle' && { passedOver: SLICE }),
    };
  },
};

/** Of each nodule the slice in the middle. */
const middleOf = (entries: FileEntry[]) =>
  [...groupBy(entries, ({ meta }) => meta!.nodule as string).values()].map(
    (slices) => slices[slices.length >> 1]!,
  );

/**
 * LIDC-IDRI as 2-D slices: lung nodules on CT, each outlined and rated by four radiologists. One case per slice; the slices
 * of a nodule share `meta.nodule`. Structure `nodule`, raters `0` to `3`.
 *
 * - **Diagnosis**: mean malignancy above 3 is 1, below 3 is 0, exactly 3 is left undefined.
 * - **Where from**: The Cancer Imaging Archive, collection LIDC-IDRI; slices of 128×128 as the Pulmoseg project cut
 *   them, kept where all four marked. Open to all, nothing to ask for.
 * - **Licence**: CC BY 3.0.
 * - **Cite**: Armato et al., The Lung Image Database Consortium (LIDC) and Image Database Resource Initiative (IDRI),
 *   Medical Physics 38(2), 2011.
 * - **Split**: none was published and the DiFF paper does not use it; split by patient, never by slice.
 * - **Known to be wrong**: the readers are anonymous, so reader 0 of one patient need not be reader 0 of another;
 *   malignancy is the readers' opinion, not pathology.
 */
export function lidc(root: string, options: LidcOptions = {}): Promise<Dataset> {
  return openLayout(lidcLayout, root, options);
}
