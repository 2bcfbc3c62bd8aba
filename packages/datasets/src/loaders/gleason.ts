import type { Dataset } from '../dataset/dataset.js';
import type { Problem } from '../dataset/problem.js';
import type { FileEntry } from './reading/file-entry.js';
import { type Layout, openLayout } from './reading/layout.js';
import type { LoaderOptions } from './reading/options.js';

const IMAGE = /(?:^|\/)(?<set>Train|Test) ?Imgs\/(?<id>slide(?<slide>\d+)_core\d+)\.(?:jpe?g|png)$/i;
const MASK = /(?:^|\/)Maps(?<rater>\d+)_T\/(?<id>slide\d+_core\d+)_classimg_nonconvex\.png$/i;

/** Classes of the maps: 0 background, 1 and 6 benign tissue, 3 to 5 Gleason grades. */
const STRUCTURES: Record<string, (value: number) => boolean> = {
  grade3: (value) => value === 3,
  grade4: (value) => value === 4,
  grade5: (value) => value === 5,
};

export const gleasonLayout: Layout = {
  name: 'gleason',
  expects: 'Train Imgs/slide001_core003.jpg and Maps{1..6}_T/slide001_core003_classimg_nonconvex.png',
  recognises: (tree) => tree.paths.some((path) => MASK.test(path)),
  async list(tree) {
    const problems: Problem[] = [];
    const entries = new Map<string, FileEntry>();
    for (const { path, groups } of tree.match(IMAGE)) {
      const split = groups.set!.toLowerCase();
      entries.set(groups.id!, {
        id: groups.id!,
        patient: `slide${groups.slide}`,
        split,
        image: path,
        masks: [],
      });
    }
    for (const { path, groups } of tree.match(MASK)) {
      const entry = entries.get(groups.id!);
      if (!entry) problems.push({ path, reason: 'a mask without its image', outcome: 'skipped' });
      else {
        for (const [structure, value] of Object.entries(STRUCTURES)) {
          entry.masks.push({ structure, rater: groups.rater!, path, value });
        }
      }
    }
    return { entries: [...entries.values()], problems, structures: Object.keys(STRUCTURES), channels: 3 };
  },
};

/**
 * Gleason 2019: prostate tissue microarray cores, graded by up to six pathologists. Structures `grade3`, `grade4` and
 * `grade5` (a mask of a structure is empty where the pathologist saw none), raters `1` to `6`; `patient` is the slide.
 *
 * - **Diagnosis**: none; the grades are in the masks.
 * - **Where from**: https://gleason2019.grand-challenge.org; register there. **Licence**: research; see its rules.
 * - **Cite**: Nir et al., Automatic grading of prostate cancer in digitized histopathology images: learning from multiple
 *   experts, Medical Image Analysis 50, 2018.
 * - **Split**: only training images have maps; the DiFF paper does not use it. Split by slide.
 * - **Known to be wrong**: not every pathologist graded every core; class 6 stands for benign tissue in some maps.
 */
export function gleason(root: string, options: LoaderOptions = {}): Promise<Dataset> {
  return openLayout(gleasonLayout, root, options);
}
