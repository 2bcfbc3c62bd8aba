import type { Dataset } from '../dataset/dataset.js';
import type { Problem } from '../dataset/problem.js';
import type { FileEntry } from './reading/file-entry.js';
import { diagnosisOf, labelsIn } from './reading/label.js';
import { type Layout, type Listing, openLayout } from './reading/layout.js';
import type { LoaderOptions } from './reading/options.js';
import type { Tree } from './reading/tree.js';

const FILE =
  /(?:^|\/)(?<folder>image|mask(?:-(?<folderRater>[^/]+))?)\/(?<id>\d+)(?:_(?<rater>[^/.]+))?\.(?:png|jpe?g|bmp|tiff?)$/i;

export const tnscuiLayout: Layout = {
  name: 'tnscui',
  expects: 'image/N.PNG and mask/N.PNG, with train.csv',
  recognises: (tree) =>
    tree.match(FILE).some(({ groups }) => groups.folder?.toLowerCase() === 'image') &&
    tree.paths.some((path) => /(?:^|\/)(?:TNSCUI2020_train\/|train\.csv$)/i.test(path)),
  list: listTnscui,
};

export async function listTnscui(tree: Tree): Promise<Listing> {
  const problems: Problem[] = [];
  const entries = new Map<string, FileEntry>();
  const files = tree.match(FILE);
  for (const { path, groups } of files) {
    if (groups.folder!.toLowerCase() !== 'image') continue;
    if (groups.rater !== undefined)
      problems.push({ path, reason: 'not a name that an image has', outcome: 'skipped' });
    else entries.set(groups.id!, { id: groups.id!, image: path, masks: [] });
  }
  const masks = files.filter(({ groups }) => groups.folder!.toLowerCase() !== 'image');
  const raterOf = (groups: Record<string, string>) => groups.folderRater ?? groups.rater;
  // Masks that name no rater are one rater's where there are no others, and what was agreed on where there are.
  const nameless = masks.some(({ groups }) => raterOf(groups) !== undefined) ? 'consensus' : '1';
  for (const { path, groups } of masks) {
    const entry = entries.get(groups.id!);
    const rater = raterOf(groups) ?? nameless;
    if (entry) entry.masks.push({ structure: 'nodule', rater, path });
    else problems.push({ path, reason: 'a mask without its image', outcome: 'skipped' });
  }
  for (const { stem, name, text, where } of await labelsIn(tree, problems, {
    names: ['ID'],
    labels: ['CATE'],
  })) {
    const entry = entries.get(stem);
    if (entry) Object.assign(entry, { diagnosis: diagnosisOf(text, where, problems) });
    else
      problems.push({ path: where, reason: `names image ${name}, which is not there`, outcome: 'skipped' });
  }
  for (const { id, image, diagnosis } of entries.values()) {
    if (diagnosis === undefined)
      problems.push({ path: image, reason: 'no table labels it', id, outcome: 'kept' });
  }
  const panel = [
    ...new Set([...entries.values()].flatMap(({ masks }) => masks.map(({ rater }) => rater))),
  ].sort();
  return { entries: [...entries.values()], problems, structures: ['nodule'], panel, channels: 1 };
}

/**
 * TNSCUI 2020: thyroid ultrasound, `image/N.PNG`, `mask/N.PNG` and `train.csv` with columns `ID, CATE`. Structure
 * `nodule`. Published with one rater, `1`; masks of more are read from folders `mask-1 … mask-n` or names
 * `mask/N_r.PNG`, and `mask/N.PNG` is then the rater `consensus`.
 *
 * - **Diagnosis**: `CATE`, 1 malignant.
 * - **Where from**: the TN-SCUI 2020 challenge (MICCAI), https://tn-scui2020.grand-challenge.org; ask its organisers by
 *   their form. **Licence**: research only, no redistribution.
 * - **Cite**: Zhou et al., Thyroid Nodule Segmentation and Classification in Ultrasound Images (TN-SCUI 2020), 2020.
 * - **Split**: none was published. Of the 4554 images that the DiFF paper counts, 3644 came with masks and labels, the
 *   challenge's training set; its split is described at {@link tnmix}.
 * - **Known to be wrong**: no patient is named, so a split can put one patient's images on both sides.
 */
export function tnscui(root: string, options: LoaderOptions = {}): Promise<Dataset> {
  return openLayout(tnscuiLayout, root, options);
}
