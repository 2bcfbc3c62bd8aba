import { createHash } from 'node:crypto';
import { type Dataset, openAny } from '@diff/datasets';
import { UserError } from 'diff-pipeline';

/** The paper's data sets, by the names of their tasks. */
export const paperNames = ['refuge2', 'tnmix', 'isic'] as const;
export type PaperName = (typeof paperNames)[number];

export const isOfPaper = (name: string): name is PaperName =>
  (paperNames as readonly string[]).includes(name);

type Part = 'train' | 'validation' | 'test';
const parts = ['train', 'validation', 'test'] as const;

/** What § 4.1 of the paper says of each, and in which layouts of `@diff/datasets` a copy with every rater's masks can lie. */
export const paperData: Record<
  PaperName,
  Record<Part | 'raters', number> & { layouts: readonly string[]; masks: string }
> = {
  refuge2: {
    ...{ train: 400, validation: 400, test: 400, raters: 7 },
    layouts: ['refuge2'],
    masks: '<id>_seg_{disc,cup}_{1..7}.png beside the image',
  },
  tnmix: {
    ...{ train: 2732, validation: 911, test: 911, raters: 5 },
    layouts: ['tnmix', 'tnscui'],
    masks: 'folders mask-1 … mask-5',
  },
  isic: {
    ...{ train: 960, validation: 320, test: 320, raters: 4 },
    layouts: ['isic'],
    masks: 'ISIC_x_segmentation_{0..3}.png',
  },
};

/** What loaders call a mask on which raters agreed, or that was made of theirs. */
const FUSIONS = ['consensus', 'STAPLE', 'MV'];

export interface PaperData {
  /** The diagnosed cases of which two raters or more outlined every structure. */
  dataset: Dataset;
  raters: readonly string[];
  /** How many cases are left out, by the reason. */
  leftOut: Record<string, number>;
}

/**
 * Opens a copy of one of the paper's data sets: in the layout in which it was given out, or as a `folder` of `write`.
 *
 * @param size Side of the images; as they are where it is not given.
 * @throws UserError where the layout is another, or nobody's masks are there beside one rater's.
 */
export async function openPaper(name: PaperName, root: string, size?: number): Promise<PaperData> {
  const { layouts, masks } = paperData[name];
  const sized = size === undefined ? {} : { size };
  const all = await openAny(root, sized);
  const expected = [...layouts, 'folder'];
  if (!expected.includes(all.name))
    throw new UserError(`${name}: ${root} has the layout ${all.name}, expected ${expected.join(' or ')}`);
  const raters = all.raters.filter((rater) => !FUSIONS.includes(rater));
  const read =
    raters.length < all.raters.length && raters.length ? await openAny(root, { ...sized, raters }) : all;
  const leftOut: Record<string, number> = {};
  const structures = read.structures;
  const dataset = read.filter(({ split, diagnosis, annotated }) => {
    const few = structures.some((structure) => (annotated[structure]?.length ?? 0) < 2);
    const reason = /-2$/.test(split ?? '')
      ? 'are of a split that the paper does not use'
      : few
        ? 'have fewer than two raters’ masks of each structure'
        : diagnosis === undefined && 'have no diagnosis';
    if (reason) leftOut[reason] = (leftOut[reason] ?? 0) + 1;
    return !reason;
  });
  if (dataset.length) return { dataset, raters, leftOut };
  const why = Object.entries(leftOut).map(([reason, count]) => `${count} ${reason}`);
  throw new UserError(
    `${name}: no case of ${root} can be used: ${why.join(', ')}; several raters’ masks are looked for as ${masks}`,
  );
}

/** Whether the copy itself says which cases are for training, validation and test. */
export const hasSplit = ({ splits }: Dataset) => parts.every((part) => splits.includes(part));

/** The split of the copy where it has one, else one drawn by the paper's shares, 0.6 / 0.2 / 0.2 with as many ill in each. */
export function splitPaper(dataset: Dataset, seed: number): Record<Part, Dataset> {
  if (!hasSplit(dataset)) return dataset.split({ seed });
  const of = (part: Part) => dataset.filter(({ split }) => split === part);
  return { train: of('train'), validation: of('validation'), test: of('test') };
}

/** What the cases are, as far as names and tables tell: a change of them changes it. */
export function fingerprint(cases: readonly Dataset[]): string {
  const told = cases.map(({ entries }) =>
    entries.map(({ id, diagnosis, annotated }) => [id, diagnosis, annotated]),
  );
  return createHash('sha256').update(JSON.stringify(told)).digest('hex').slice(0, 12);
}

/** How a copy compares with what the paper says, in a sentence. */
export function compared(
  name: PaperName,
  { dataset, raters, leftOut }: PaperData,
  sizes: Partial<Record<Part, number>>,
): string {
  const paper = paperData[name];
  const counts = parts.filter((part) => sizes[part]).map((part) => `${sizes[part]} ${part}`);
  const same = raters.length === paper.raters && parts.every((part) => sizes[part] === paper[part]);
  const of = `the paper has ${parts.map((part) => paper[part]).join(' + ')} and ${paper.raters} raters`;
  const left = Object.entries(leftOut).map(([reason, count]) => `; ${count} ${reason} and are left out`);
  return (
    `${name}: ${counts.join(' + ')} cases of ${dataset.length}, by ${hasSplit(dataset) ? 'its own split' : 'a split drawn by the seed'}, ` +
    `${raters.length} raters${same ? ', as in the paper' : `; ${of}`}${left.join('')}`
  );
}
