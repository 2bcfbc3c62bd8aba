import type { Dataset } from '../dataset/dataset.js';
import type { Problem } from '../dataset/problem.js';
import type { FileEntry } from './reading/file-entry.js';
import { diagnosisOf, labelsIn } from './reading/label.js';
import { type Layout, openLayout } from './reading/layout.js';
import type { LoaderOptions } from './reading/options.js';

const IMAGE = /(?:^|\/)(?<set>Training|Test)\/Images\/(?:[^/]+\/)*(?<id>drishtiGS_\d+)\.png$/i;
const SOFT = /(?:^|\/)(?<id>drishtiGS_\d+)\/SoftMap\/\k<id>_(?<structure>OD|cup)segSoftmap\.png$/i;

export const drishtiLayout: Layout = {
  name: 'drishti',
  expects: 'Training/Images/**/drishtiGS_XXX.png and Training/GT/drishtiGS_XXX/SoftMap/*.png',
  recognises: (tree) => tree.paths.some((path) => SOFT.test(path)),
  async list(tree) {
    const problems: Problem[] = [];
    const entries = new Map<string, FileEntry>();
    for (const { path, groups } of tree.match(IMAGE)) {
      const split = groups.set!.toLowerCase() === 'test' ? 'test' : 'train';
      entries.set(groups.id!.toLowerCase(), { id: groups.id!, split, image: path, masks: [] });
    }
    for (const { path, groups } of tree.match(SOFT)) {
      const structure = groups.structure!.toLowerCase() === 'cup' ? 'cup' : 'disc';
      const entry = entries.get(groups.id!.toLowerCase());
      if (entry) entry.masks.push({ structure, rater: 'experts', path, value: share });
      else problems.push({ path, reason: 'a mask without its image', outcome: 'skipped' });
    }
    const columns = {
      names: ['Drishti-GS File', 'File', 'Image'],
      labels: ['Total', 'Diagnosis', 'Glaucoma'],
    };
    for (const { stem, name, text, where } of await labelsIn(tree, problems, columns)) {
      const entry = entries.get(stem.replace(/'$/, ''));
      const words = { yes: ['glaucomatous', 'glaucoma'], no: ['normal'] };
      if (entry) Object.assign(entry, { diagnosis: diagnosisOf(text, where, problems, words) });
      else
        problems.push({ path: where, reason: `names image ${name}, which is not there`, outcome: 'skipped' });
    }
    return {
      entries: [...entries.values()],
      problems,
      structures: ['disc', 'cup'],
      panel: ['experts'],
      channels: 3,
    };
  },
};

const share = (value: number) => value / 255;

/**
 * Drishti-GS1: fundus photographs, disc and cup outlined by four experts. Only soft maps are published: a pixel's
 * value is the share of experts who put it inside. Structures `disc` and `cup`, one rater, `experts`, whose masks are
 * `Float32Array`.
 *
 * - **Diagnosis**: glaucoma is 1, where a table (CSV or XLSX) has it under `Total`, `Diagnosis` or `Glaucoma`.
 * - **Where from**: IIIT Hyderabad, http://cvit.iiit.ac.in/projects/mip/drishti-gs; ask there. **Licence**: research.
 * - **Cite**: Sivaswamy et al., A comprehensive retinal image dataset for the assessment of glaucoma from the optic nerve
 *   head analysis, JSM Biomedical Imaging 2(1), 2015.
 * - **Split**: 50 training and 51 test images, as published; the DiFF paper does not use it.
 * - **Known to be wrong**: who drew which outline is not published.
 */
export function drishti(root: string, options: LoaderOptions = {}): Promise<Dataset> {
  return openLayout(drishtiLayout, root, options);
}
