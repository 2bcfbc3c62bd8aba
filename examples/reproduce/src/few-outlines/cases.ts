import { type Case, type Dataset, lidc, phantom } from '@diff/datasets';
import { borderIrregularity, verticalCupToDiscRatio } from '@diff/metrics';
import { type DataRoots, rootOf } from '../shared/data-roots.js';

/** Phantoms whose signs lie apart from the edge, which tells nothing itself; and real nodules. */
export const fewNames = ['fundus', 'thyroid', 'skin', 'lidc'] as const;
export type FewName = (typeof fewNames)[number];

/** Which cases. Of LIDC, seeds are folds, and every nodule outside the fold is diagnosed. */
export interface CaseSettings {
  task: FewName;
  seed: number;
  size: number;
  /** Cases with outlines. */
  outlined: number;
  /** Further ones that have a diagnosis alone. */
  diagnosed: number;
  test: number;
}

export interface FewCases {
  structures: string[];
  imageChannels: number;
  outlined: Case[];
  test: Case[];
  /** Reads those that have a diagnosis alone. */
  diagnosed(): Promise<Case[]>;
}

/** The most outlined cases; those that are diagnosed alone begin behind, so that fewer outlines leave them the same. */
export const MOST_OUTLINED = 256;
export const FOLDS = 5;

/** Cases of a seed: the first are for the test, then come those with outlines, then those without. */
export async function casesOf(settings: CaseSettings, data: DataRoots): Promise<FewCases> {
  const { task, seed, size, outlined, diagnosed, test } = settings;
  const parts =
    task === 'lidc'
      ? await nodules(settings, data)
      : phantomParts(
          phantom(task, {
            ...{ cases: test + MOST_OUTLINED + diagnosed, size, seed, prevalence: 0.5 },
            ...{ signs: 'apart', imageEvidence: 0, ambiguity: 2 },
          }),
          { test, outlined, diagnosed },
        );
  const [withOutlines, tested] = await Promise.all([parts.outlined, parts.test].map(read));
  return {
    structures: [...parts.test.structures],
    imageChannels: tested![0]!.image.channels,
    ...{ outlined: withOutlines!, test: tested!, diagnosed: () => read(parts.diagnosed) },
  };
}

type Parts = Record<'outlined' | 'diagnosed' | 'test', Dataset>;

function phantomParts(
  dataset: Dataset,
  { test, outlined, diagnosed }: Pick<CaseSettings, 'test' | 'outlined' | 'diagnosed'>,
): Parts {
  const from = (start: number, count: number) => dataset.filter((_, i) => i >= start && i < start + count);
  return {
    test: from(0, test),
    outlined: from(test, outlined),
    diagnosed: from(test + MOST_OUTLINED, diagnosed),
  };
}

async function nodules({ seed, size, outlined }: CaseSettings, data: DataRoots): Promise<Parts> {
  const all = await lidc(rootOf(data, 'lidc'), { size, slices: 'middle' });
  const known = all.filter(({ diagnosis }) => diagnosis !== undefined);
  const { train, test } = known.folds(FOLDS, { by: 'patient', seed: 0 })[seed]!;
  const mixed = train.shuffle(seed);
  return { test, outlined: mixed.take(outlined), diagnosed: mixed.filter((_, i) => i >= outlined) };
}

async function read(dataset: Dataset): Promise<Case[]> {
  const cases: Case[] = [];
  for await (const one of dataset.cases()) cases.push(one);
  return cases;
}

type Masks = readonly (Float32Array | Uint8Array)[];

/** What a task is diagnosed by, read from masks at 0.5: 0 where there is nothing. */
export function biomarkerOf(task: FewName, masks: Masks, size: number): number {
  const shape = { shape: [size, size], empty: 0 } as const;
  const [first, second] = masks.map((mask) => Uint8Array.from(mask, (value) => Number(value > 0.5)));
  if (task === 'fundus') return verticalCupToDiscRatio(second!, first!, shape);
  if (task === 'thyroid') return tallness(first!, size);
  if (task === 'skin') return borderIrregularity(first!, shape);
  return Math.sqrt(first!.reduce((sum, value) => sum + value, 0));
}

/** Height over width of the box around a mask. */
function tallness(mask: Uint8Array, size: number): number {
  const [rows, columns] = [new Set<number>(), new Set<number>()];
  mask.forEach((value, i) => {
    if (!value) return;
    rows.add(Math.floor(i / size));
    columns.add(i % size);
  });
  const span = (set: Set<number>) => Math.max(...set) - Math.min(...set) + 1;
  return rows.size ? span(rows) / span(columns) : 0;
}
