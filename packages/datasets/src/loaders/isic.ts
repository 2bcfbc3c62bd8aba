import type { Dataset } from '../dataset/dataset.js';
import type { Problem } from '../dataset/problem.js';
import type { FileEntry } from './reading/file-entry.js';
import { diagnosisOf, labelsIn } from './reading/label.js';
import { type Layout, openLayout } from './reading/layout.js';
import type { LoaderOptions } from './reading/options.js';

const IMAGE = /(?:^|\/)(?<id>ISIC_\d+)\.(?:jpe?g|png|bmp|tiff?)$/i;
/** A number (several masks per image), an annotator of IMA++ with tool, skill and key, or one of its two fusions. */
const MASK =
  /(?:^|\/)(?<id>ISIC_\d+)_(?:segmentation(?:_(?<number>\d+))?|(?<annotator>A\d+)_T[^_/]+_S[^_/]+_[\da-f]{24}|(?<fusion>ST|MV)(?:_\k<fusion>){3})\.png$/i;
const FUSIONS: Record<string, string> = { ST: 'STAPLE', MV: 'MV' };

export const isicLayout: Layout = {
  name: 'isic',
  expects: 'ISIC_x.jpg and ISIC_x_segmentation.png',
  recognises: (tree) =>
    tree.paths.some((path) => IMAGE.test(path)) && tree.paths.some((path) => MASK.test(path)),
  async list(tree) {
    const problems: Problem[] = [];
    const entries = new Map<string, FileEntry>();
    for (const { path, groups } of tree.match(IMAGE)) {
      const id = groups.id!.toUpperCase();
      if (entries.has(id)) problems.push({ path, reason: `a second image ${id}`, outcome: 'skipped' });
      else entries.set(id, { id, ...splitOf(path), image: path, masks: [] });
    }
    const masks = tree.match(MASK);
    const isPlain = (groups: Record<string, string>) => !(groups.number ?? groups.annotator ?? groups.fusion);
    // A mask that names no rater is one rater's where there are no others, and what was agreed on where there are.
    const single = masks.every(({ groups }) => isPlain(groups));
    for (const { path, groups } of masks) {
      const entry = entries.get(groups.id!.toUpperCase());
      const fusion = FUSIONS[groups.fusion?.toUpperCase() ?? ''];
      const rater = groups.number ?? groups.annotator ?? fusion ?? (single ? '1' : 'consensus');
      if (!entry) problems.push({ path, reason: 'a mask without its image', outcome: 'skipped' });
      else if (entry.masks.some((mask) => mask.rater === rater)) {
        problems.push({ path, reason: `a second mask by rater ${rater}`, id: entry.id, outcome: 'kept' });
      } else entry.masks.push({ structure: 'lesion', rater, path });
    }
    const panel = [
      ...new Set([...entries.values()].flatMap(({ masks }) => masks.map(({ rater }) => rater))),
    ].sort();
    const labels = await labelsIn(tree, problems, {
      names: ['image_id', 'image', 'isic_id'],
      labels: ['melanoma', 'MEL', 'benign_malignant'],
      headless: /^ISIC_\d+$/i,
    });
    for (const { stem, name, text, where } of labels) {
      const entry = entries.get(stem.toUpperCase());
      const words = { yes: ['malignant'], no: ['benign'] };
      if (entry) Object.assign(entry, { diagnosis: diagnosisOf(text, where, problems, words) });
      else
        problems.push({ path: where, reason: `names image ${name}, which is not there`, outcome: 'skipped' });
    }
    if (labels.length === 0) {
      problems.push({ path: '.', reason: 'no table labels the images', outcome: 'kept' });
    }
    return {
      entries: [...entries.values()],
      problems,
      structures: ['lesion'],
      // IMA++'s annotators saw a few images each; other sets of masks were drawn for all.
      ...(!masks.some(({ groups }) => groups.annotator) && { panel }),
      channels: 3,
      passedOver: /_superpixels\.png$|_attribute_[a-z_]+\.png$/i,
    };
  },
};

const SPLITS: Record<string, string> = { train: 'train', val: 'validation', test: 'test' };

function splitOf(path: string): { split?: string } {
  const folder = path.slice(0, path.lastIndexOf('/') + 1);
  const found = /train|val|test/i.exec(folder)?.[0].toLowerCase();
  return found ? { split: SPLITS[found] } : {};
}

/**
 * ISIC: dermoscopy of skin lesions, in the forms of the challenges of 2016 (part 3B), 2017 and 2018, and with several
 * masks per image (`ISIC_x_segmentation_{0,1,2}.png`, or the archive's IMA++ names). Structure `lesion`; raters by
 * number, by IMA++ annotator (`A02`), or `1` where there is one mask per image; fusions found beside them are the raters
 * `STAPLE`, `MV` and `consensus`. The split is read from the folder's name.
 *
 * - **Diagnosis**: melanoma is 1 (columns `melanoma` or `MEL`, or `malignant`/`benign` in 2016); seborrheic keratosis and
 *   all else is 0. The 2018 segmentation task came without labels.
 * - **Where from**: https://challenge.isic-archive.com/data, free to download. **Licence**: CC0 (2016, 2017) and
 *   CC BY-NC 4.0 (2018 on). IMA++ through https://www.isic-archive.com.
 * - **Cite**: Gutman et al. 2016 (arXiv 1605.01397); Codella et al. 2018 (ISBI) for 2017 and 2019 (arXiv 1902.03368)
 *   for 2018; Tschandl et al., The HAM10000 dataset, Scientific Data 5, 2018.
 * - **Split of the DiFF paper**: 1600 images with masks by four experts each, 312 of them melanoma; 960 training, 320
 *   validation and 320 test, with about the same share of melanoma. Neither the list of images nor the masks were
 *   published; `split({ fractions: { train: 0.6, validation: 0.2, test: 0.2 }, seed })` has its proportions.
 * - **Known to be wrong**: patients are not named, and lesions repeat between the years: do not mix them; some images
 *   carry rulers, ink or black corners that give the diagnosis away; most IMA++ images have one mask.
 */
export function isic(root: string, options: LoaderOptions = {}): Promise<Dataset> {
  return openLayout(isicLayout, root, options);
}
