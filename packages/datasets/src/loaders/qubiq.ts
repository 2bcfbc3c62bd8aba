import type { Dataset } from '../dataset/dataset.js';
import type { Problem } from '../dataset/problem.js';
import type { FileEntry } from './reading/file-entry.js';
import { type Layout, openLayout } from './reading/layout.js';
import type { LoaderOptions } from './reading/options.js';

export interface QubiqOptions extends LoaderOptions {
  /** Which task's folder to read: `'brain-growth'`, `'kidney'`, … Default: all that are there. */
  task?: string;
  /**
   * Which slice of a volume, or which modality of a picture of several, counted from 0. Default: the first of up to
   * four; more are a volume, whose cases are skipped, with a problem each, until this says which to take.
   */
  slice?: number;
}

const FILE =
  /(?:^|\/)(?:(?<task>[^/]+)\/)?(?:(?<set>Training|Validation|Testing|Test)\/)?(?<case>case[^/]+)\/(?:image|task(?<number>\d+)_seg(?<rater>\d+))\.nii(?:\.gz)?$/i;
const SPLITS: Record<string, string> = {
  training: 'train',
  validation: 'validation',
  testing: 'test',
  test: 'test',
};

/** The most slices that pass for modalities of one picture (T1, T1ce, T2, FLAIR) rather than for a volume. */
const MODALITIES = 4;

export const qubiqLayout: Layout<QubiqOptions> = {
  name: 'qubiq',
  options: ['task', 'slice'],
  expects: '<task>/Training/caseNN/image.nii.gz and taskTT_segRR.nii.gz',
  recognises: (tree) => tree.match(FILE).some(({ groups }) => groups.rater !== undefined),
  async list(tree, { task, slice }) {
    const problems: Problem[] = [];
    const entries = new Map<string, FileEntry>();
    const files = tree.match(FILE).filter(({ groups }) => task === undefined || groups.task === task);
    const folderOf = (path: string) => path.slice(0, path.lastIndexOf('/'));
    for (const { path, groups } of files) {
      if (groups.rater !== undefined) continue;
      // In the later releases the set is the outermost folder: training_data_v3_QC/pancreas/case1-1.
      const set = groups.set ?? /^(?<set>training|validation)_data/i.exec(path)?.groups?.set;
      const split = set && SPLITS[set.toLowerCase()];
      const folder = folderOf(path);
      entries.set(folder, {
        id: folder,
        ...(split && { split }),
        meta: { task: groups.task },
        image: path,
        masks: [],
      });
    }
    for (const { path, groups } of files) {
      if (groups.rater === undefined) continue;
      const entry = entries.get(folderOf(path));
      const mask = {
        structure: `task${groups.number}`,
        rater: String(Number(groups.rater)),
        path,
        value: isSet,
      };
      if (entry) entry.masks.push(mask);
      else problems.push({ path, reason: 'a mask without its image', outcome: 'skipped' });
    }
    const all = [...entries.values()];
    // Each organ has its own tasks and raters: those that any of its cases has.
    const panels = new Map<string, Set<string>>();
    const keyOf = ({ meta }: FileEntry, structure: string) => `${meta?.task}/${structure}`;
    for (const entry of all) {
      for (const { structure, rater } of entry.masks) {
        const key = keyOf(entry, structure);
        panels.set(key, (panels.get(key) ?? new Set()).add(rater));
      }
    }
    return {
      entries: all,
      problems,
      structures: [...new Set(all.flatMap(({ masks }) => masks.map(({ structure }) => structure)))].sort(),
      panel: (entry, structure) => [...(panels.get(keyOf(entry, structure)) ?? [])],
      channels: 1,
      ...(slice !== undefined && { slice }),
      firstOf: MODALITIES,
      ...(task !== undefined && { passedOver: FILE }),
    };
  },
};

const isSet = (value: number) => value > 0;

/**
 * QUBIQ: pictures of several organs as NIfTI, one slice each, outlined by three to seven raters. Structures are the
 * tasks, `task01` and on; raters `1` and on; ids are the cases' folders; the organ is `meta.task`. A picture's darkest
 * and brightest voxel are 0 and 1.
 *
 * - **Raters**: brain-growth 7, brain-tumor 3, kidney 3, prostate 6 (two tasks), pancreas and pancreatic-lesion 2.
 * - **Diagnosis**: none.
 * - **Where from**: https://qubiq.grand-challenge.org; register there. **Licence**: research; see the challenge's rules.
 * - **Cite**: Li et al., QUBIQ: Uncertainty Quantification for Biomedical Image Segmentation Challenge,
 *   arXiv 2405.18435, 2024.
 * - **Split**: `Training` and `Validation` as published; the DiFF paper does not use it.
 * - **Known to be wrong**: sizes differ from case to case; brain-tumor has four modalities in a file (`slice` picks one);
 *   the pancreas tasks are volumes.
 */
export function qubiq(root: string, options: QubiqOptions = {}): Promise<Dataset> {
  return openLayout(qubiqLayout, root, options);
}
