import type { Diagnosis } from '../dataset/case.js';
import type { Dataset } from '../dataset/dataset.js';
import { groupBy } from '../dataset/group-by.js';
import type { Problem } from '../dataset/problem.js';
import type { FileEntry, MaskFile } from './reading/file-entry.js';
import { closest, diagnosisOf, type Labelled, labelsIn } from './reading/label.js';
import { type Layout, openLayout } from './reading/layout.js';
import type { LoaderOptions } from './reading/options.js';
import { stemOf, type Tree } from './reading/tree.js';

/** Where each split's images lie: REFUGE's, by themselves or under REFUGE-2's `Train`, then REFUGE-2's own. */
const IMAGES: [split: string, pattern: RegExp][] = [
  ['train', /(?:^|\/)(?:REFUGE-)?Training400\/(?:[^/]+\/)*(?<stem>[^/]+)\.jpe?g$/i],
  ['validation', /(?:^|\/)(?:REFUGE-)?Validation400\/(?:images\/)?(?<stem>[^/]+)\.jpe?g$/i],
  ['test', /(?:^|\/)(?:REFUGE-)?Test400\/(?:images\/)?(?<stem>[^/]+)\.jpe?g$/i],
  ['validation-2', /(?:^|\/)Validation\/Images\/(?<stem>[^/]+)\.jpe?g$/i],
  ['test-2', /(?:^|\/)Test\/refuge2-test\/(?<stem>[^/]+)\.jpe?g$/i],
];
const CONSENSUS = /(?:^|\/)Disc(?:_Cup)?_Masks?\/(?:[^/]+\/)*(?<stem>[^/]+)\.(?:bmp|png)$/i;

const SEVEN =
  /(?:^|\/)(?<set>Training|Validation|Test)-400\/(?<id>[^/]+)\/\k<id>(?<rest>[^/]*)\.(?:jpe?g|png|bmp)$/i;
const SEVEN_MASK = /^_(?:seg_(?<structure>disc|cup)_(?<rater>\d+)|(?<agreed>disc|cup))$/i;
const SEVEN_SPLITS: Record<string, string> = { training: 'train', validation: 'validation', test: 'test' };

/** The crop around the disc, which has other proportions than the masks, and REFUGE itself if it lies beside. */
const UNUSED_BESIDE_SEVEN =
  /_cropped\.[^/]+$|\/(?:Images|Disc_Masks?|Disc_Cup_Masks|(?:REFUGE-)?(?:Training|Validation|Test)400)\//i;

const NAMES = ['ImgName', 'FileName', 'Image', 'ID'];
const LABELS = ['Glaucoma Label', 'Label(Glaucoma=1)', 'Glaucoma Risk', 'Glaucoma', 'Label'];

/** Consensus masks: 0 cup, 128 rim, 255 background. Between the levels, so that a copy with losses reads the same. */
const isDisc = (value: number) => value < 192;
const isCup = (value: number) => value < 64;
/** The consensus masks that come with the seven raters: 0 the structure, 255 the background. */
const isDark = (value: number) => value < 128;

export const refuge2Layout: Layout = {
  name: 'refuge2',
  expects:
    'Training400/{Glaucoma,Non-Glaucoma}/*.jpg and the like, or Training-400/<id>/<id>_seg_{disc,cup}_{1..7}.png',
  recognises: (tree) =>
    tree.paths.some((path) => SEVEN.test(path)) ||
    IMAGES.some(([, image]) => tree.paths.some((path) => image.test(path))),
  async list(tree) {
    const problems: Problem[] = [];
    const labels = await labelsIn(tree, problems, { names: NAMES, labels: LABELS });
    const seven = tree.match(SEVEN);
    const entries = seven.length ? sevenRaters(seven, problems) : consensus(tree, problems);
    label(entries, labels, problems);
    return {
      entries,
      problems,
      structures: ['disc', 'cup'],
      panel: [...new Set(entries.flatMap(({ masks }) => masks.map(({ rater }) => rater)))].sort(),
      channels: 3,
      passedOver: seven.length ? UNUSED_BESIDE_SEVEN : undefined,
    };
  },
};

function consensus(tree: Tree, problems: Problem[]): FileEntry[] {
  const masks = groupBy(tree.match(CONSENSUS), ({ groups }) => groups.stem!.toLowerCase());
  const used = new Set<string>();
  const entries = IMAGES.flatMap(([split, pattern]) =>
    tree.match(pattern).map(({ path, groups }): FileEntry => {
      const mask = closest(path, masks.get(groups.stem!.toLowerCase()), (found) => found.path)?.path;
      if (mask) used.add(mask);
      const both: MaskFile[] = mask
        ? [
            { structure: 'disc', rater: 'consensus', path: mask, value: isDisc },
            { structure: 'cup', rater: 'consensus', path: mask, value: isCup },
          ]
        : [];
      return { id: `${split}/${groups.stem}`, split, image: path, masks: both };
    }),
  );
  for (const { path } of [...masks.values()].flat()) {
    if (!used.has(path)) problems.push({ path, reason: 'a mask without its image', outcome: 'skipped' });
  }
  return entries;
}

function sevenRaters(files: ReturnType<Tree['match']>, problems: Problem[]): FileEntry[] {
  const entries = new Map<string, FileEntry>();
  const idOf = (groups: Record<string, string>) => `${SEVEN_SPLITS[groups.set!.toLowerCase()]}/${groups.id}`;
  for (const { path, groups } of files) {
    if (groups.rest !== '' || !/\.jpe?g$/i.test(path)) continue;
    const split = SEVEN_SPLITS[groups.set!.toLowerCase()];
    entries.set(idOf(groups), { id: idOf(groups), split, image: path, masks: [] });
  }
  for (const { path, groups } of files) {
    // The crop around the disc says nothing that the image does not.
    if (groups.rest === '' || /^_cropped$/i.test(groups.rest!)) continue;
    const named = SEVEN_MASK.exec(groups.rest!)?.groups;
    const entry = entries.get(idOf(groups));
    const structure = (named?.structure ?? named?.agreed)?.toLowerCase();
    if (!structure)
      problems.push({ path, reason: 'not a name that an image or a mask has', outcome: 'skipped' });
    else if (!entry) problems.push({ path, reason: 'a mask without its image', outcome: 'skipped' });
    else if (named?.rater) entry.masks.push({ structure, rater: named.rater, path });
    else entry.masks.push({ structure, rater: 'consensus', path, value: isDark });
  }
  return [...entries.values()];
}

/** From the tables, and in the training set from the folder or the first letter of the name. */
function label(entries: FileEntry[], labels: Labelled[], problems: Problem[]): void {
  const byStem = groupBy(labels, ({ stem }) => stem);
  const stems = new Set(entries.map(({ image }) => stemOf(image).toLowerCase()));
  for (const { stem, name, where } of labels) {
    if (!stems.has(stem))
      problems.push({ path: where, reason: `names image ${name}, which is not there`, outcome: 'skipped' });
  }
  for (const entry of entries) {
    const row = closest(entry.image, byStem.get(stemOf(entry.image).toLowerCase()), ({ table }) => table);
    const diagnosis = row ? diagnosisOf(row.text, row.where, problems) : diagnosisByName(entry);
    if (diagnosis !== undefined) entry.diagnosis = diagnosis;
    else problems.push({ path: entry.image, reason: 'no table labels it', id: entry.id, outcome: 'kept' });
  }
}

function diagnosisByName({ image, split }: FileEntry): Diagnosis | undefined {
  if (split !== 'train') return undefined;
  if (/\/Non-Glaucoma\/[^/]+$/i.test(image) || /^n\d+$/i.test(stemOf(image))) return 0;
  if (/\/Glaucoma\/[^/]+$/i.test(image) || /^g\d+$/i.test(stemOf(image))) return 1;
  return undefined;
}

/**
 * REFUGE, REFUGE-2, and the distribution of REFUGE with its seven raters: colour fundus photographs with optic disc and
 * cup. Structures `disc` and `cup`; raters `consensus`, and `1` to `7` where the seven are. Splits `train`,
 * `validation` and `test` are REFUGE's; REFUGE-2 has all of them under `Train`. `validation-2` and `test-2` are those that
 * REFUGE-2 added. Ids are `split/name`.
 *
 * - **Diagnosis**: glaucoma is 1; from the folder (`Glaucoma`, `Non-Glaucoma`) in training, from the tables elsewhere.
 * - **Where from**: https://refuge.grand-challenge.org; register and ask the organisers (the seven raters' masks were
 *   given out as REFUGE-MultiRater). **Licence**: research only, no redistribution.
 * - **Cite**: Orlando et al., REFUGE Challenge, Medical Image Analysis 59, 2020; Fang et al., REFUGE2 Challenge,
 *   arXiv 2202.08994, 2022.
 * - **Split of the DiFF paper**: the 1200 images of REFUGE, 400 / 400 / 400 as published, 40 with glaucoma in each.
 * - **Known to be wrong**: training images are from another camera than the rest; the consensus masks that come with the
 *   seven raters are inverted (structure 0, background 255), which is undone here; `<id>_cropped.jpg` there has other
 *   proportions than the masks and is not read; REFUGE-2's `task1.xls` is in an old Excel format: save it as
 *   `task1.xlsx` or `task1.csv`. Patients are not named.
 */
export function refuge2(root: string, options: LoaderOptions = {}): Promise<Dataset> {
  return openLayout(refuge2Layout, root, options);
}
