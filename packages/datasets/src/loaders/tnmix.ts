import type { Dataset } from '../dataset/dataset.js';
import { type DdtiOptions, ddtiLayout, listDdti } from './ddti.js';
import type { FileEntry } from './reading/file-entry.js';
import { type Layout, type Listing, openLayout } from './reading/layout.js';
import type { Tree } from './reading/tree.js';
import { listTnscui, tnscuiLayout } from './tnscui.js';

export const tnmixLayout: Layout<DdtiOptions> = {
  name: 'tnmix',
  options: ['malignantFrom'],
  expects: `${tnscuiLayout.expects}, beside ${ddtiLayout.expects}`,
  recognises: (tree) => tnscuiLayout.recognises(tree) && ddtiLayout.recognises(tree),
  list: listTnmix,
};

async function listTnmix(tree: Tree, options: DdtiOptions): Promise<Listing> {
  const parts = { tnscui: await listTnscui(tree), ddti: await listDdti(tree, options) };
  const under = Object.entries(parts).map(([name, { entries, problems }]) => ({
    entries: entries.map(
      (entry): FileEntry => ({
        ...entry,
        id: `${name}/${entry.id}`,
        patient: `${name}/${entry.patient ?? entry.id}`,
        meta: { ...entry.meta, source: name },
      }),
    ),
    problems: problems.map((problem) => (problem.id ? { ...problem, id: `${name}/${problem.id}` } : problem)),
  }));
  return {
    entries: under.flatMap(({ entries }) => entries),
    problems: under.flatMap(({ problems }) => problems),
    structures: ['nodule'],
    channels: 1,
    passedOver: parts.ddti.passedOver,
  };
}

/**
 * TNMIX: TNSCUI 2020 and DDTI under one root, as the DiFF paper mixes them. Ids and patients are prefixed with `tnscui/`
 * or `ddti/`, which `meta.source` says too. See {@link tnscui} and {@link ddti} for where they come from, their
 * licences, papers and faults.
 *
 * - **Split of the DiFF paper**: 2732 training, 911 validation and 911 test, with about the same share of malignant
 *   nodules; not published. That makes 4554 images, the count of TNSCUI alone, though the paper says 5191 for the two
 *   together (637 of them from DDTI, the count of its repackaged copy).
 *   `split({ fractions: { train: 0.6, validation: 0.2, test: 0.2 }, seed })` has its proportions.
 * - **Known to be wrong**: the several annotations per nodule that the paper used (five graders) are not public; {@link tnscui} says
 *   where the loader looks for masks of more raters.
 */
export function tnmix(root: string, options: DdtiOptions = {}): Promise<Dataset> {
  return openLayout(tnmixLayout, root, options);
}
