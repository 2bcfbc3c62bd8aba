import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Case, Mask } from '../dataset/case.js';
import { createDataset, type Dataset } from '../dataset/dataset.js';
import { buBil } from '../loaders/bu-bil.js';
import { ddti } from '../loaders/ddti.js';
import { drishti } from '../loaders/drishti.js';
import { gleason } from '../loaders/gleason.js';
import { isic } from '../loaders/isic.js';
import { lidc } from '../loaders/lidc.js';
import { openAny } from '../loaders/open-any.js';
import { papila } from '../loaders/papila.js';
import { qubiq } from '../loaders/qubiq.js';
import { refuge2 } from '../loaders/refuge2.js';
import { riga } from '../loaders/riga.js';
import { tnmix } from '../loaders/tnmix.js';
import { tnscui } from '../loaders/tnscui.js';
import { phantom } from '../phantom/phantom.js';
import { raterCharacters } from '../phantom/rater-characters.js';
import type { WriteLoss } from './losses.js';
import { type LayoutName, write } from './write.js';

interface Trip {
  layout: LayoutName;
  load(root: string): Promise<Dataset>;
  original: Dataset;
  /** What the loader calls the structures. Default: as the original does. */
  structures?: string[];
  /** What the loader calls rater `number` (from 1), or the one mask in which at least half of them agree. Default: the number. */
  rater?: ((number: number) => string) | 'agreed' | 'shares';
  image: 'exact' | 'jpeg' | 'luma';
  /** What the layout has no place for. */
  allow: WriteLoss[];
}

const numbered = (number: number) => String(number);
const counted = (number: number) => String(number - 1);

const fundus = (raters: number | string[], size = 64) =>
  phantom('fundus', { cases: 10, raters, size, prevalence: 0.5, seed: 21 });
const skin = () => phantom('skin', { cases: 10, size: 40, prevalence: 0.5, seed: 22 });
const thyroid = () => phantom('thyroid', { cases: 10, size: 40, prevalence: 0.5, seed: 23 });
const lung = () => phantom('lung', { cases: 10, size: 40, prevalence: 0.5, seed: 24 });

/** As a data set whose authors split it. */
function divided(dataset: Dataset, splits = ['train', 'validation', 'test']): Dataset {
  return dataset.map((one) => ({ ...one, split: splits[Number(one.id.slice(-5)) % splits.length] }));
}

/** Grades in place of disc and cup: the rim is of grade 3, the cup of grade 4, nothing of grade 5. */
function graded(dataset: Dataset): Dataset {
  return createDataset({
    name: 'graded',
    entries: dataset.entries.map(({ id, annotated }) => ({
      id,
      annotated: { grade3: annotated.disc!, grade4: annotated.cup!, grade5: annotated.disc! },
    })),
    load: async ({ id }) => {
      const [one] = await all(dataset.filter((entry) => entry.id === id));
      const { disc, cup } = one!.annotations as Record<string, Record<string, Mask>>;
      const each = (make: (value: number, i: number, name: string) => number) =>
        Object.fromEntries(
          Object.entries(disc!).map(([name, mask]) => [
            name,
            Uint8Array.from(mask, (value, i) => make(value, i, name)),
          ]),
        );
      const annotations = {
        grade3: each((value, i, name) => value - cup![name]![i]!),
        grade4: cup!,
        grade5: each(() => 0),
      };
      return { ...one!, patient: 'slide', split: 'train', annotations };
    },
  });
}

/** Six who agree so far that no line of a cup touches one of a disc. */
const apart = ['A', 'B', 'C', 'D', 'E', 'F'].map((name) => ({
  ...raterCharacters.fundus[0]!,
  name,
  noise: 0.2,
}));

const trips: Trip[] = [
  {
    layout: 'refuge',
    allow: ['raters'],
    load: refuge2,
    original: divided(fundus(7)),
    rater: 'agreed',
    image: 'jpeg',
  },
  {
    layout: 'refuge2',
    allow: ['raters'],
    load: refuge2,
    original: divided(fundus(3), ['train', 'validation', 'test', 'validation-2', 'test-2']),
    rater: 'agreed',
    image: 'jpeg',
  },
  {
    layout: 'refuge-multi-rater',
    allow: ['rater names'],
    load: refuge2,
    original: divided(fundus(7)),
    image: 'jpeg',
  },
  { layout: 'tnscui', allow: ['rater names'], load: tnscui, original: thyroid(), image: 'exact' },
  { layout: 'ddti', allow: ['raters'], load: ddti, original: thyroid(), rater: 'agreed', image: 'jpeg' },
  {
    layout: 'isic-2016',
    allow: ['raters'],
    load: isic,
    original: divided(skin(), ['train', 'test']),
    rater: 'agreed',
    image: 'jpeg',
  },
  {
    layout: 'isic-2017',
    allow: ['raters'],
    load: isic,
    original: divided(skin()),
    rater: 'agreed',
    image: 'jpeg',
  },
  {
    layout: 'isic-2018',
    allow: ['raters'],
    load: isic,
    original: divided(skin()),
    rater: 'agreed',
    image: 'jpeg',
  },
  {
    layout: 'isic-multi-mask',
    allow: ['rater names'],
    load: isic,
    original: divided(skin()),
    rater: counted,
    image: 'jpeg',
  },
  { layout: 'lidc', allow: ['rater names'], load: lidc, original: lung(), rater: counted, image: 'exact' },
  {
    layout: 'riga',
    allow: ['rater names', 'diagnoses'],
    load: riga,
    original: phantom('fundus', { cases: 10, raters: apart, size: 128, effect: 0, seed: 4 }),
    image: 'exact',
  },
  { layout: 'riga-prepared', allow: ['rater names'], load: riga, original: fundus(6), image: 'exact' },
  {
    layout: 'qubiq',
    allow: ['rater names', 'colour', 'diagnoses'],
    load: qubiq,
    original: divided(fundus(7)),
    structures: ['task01', 'task02'],
    image: 'luma',
  },
  {
    layout: 'drishti',
    allow: ['raters'],
    load: drishti,
    original: divided(fundus(4), ['train', 'test']),
    rater: 'shares',
    image: 'exact',
  },
  { layout: 'papila', allow: ['rater names'], load: papila, original: fundus(2), image: 'jpeg' },
  {
    layout: 'gleason',
    allow: ['rater names', 'diagnoses'],
    load: gleason,
    original: graded(fundus(5)),
    image: 'jpeg',
  },
  {
    layout: 'bu-bil',
    allow: ['rater names', 'colour', 'diagnoses'],
    load: buBil,
    original: skin(),
    structures: ['object'],
    rater: (number) => `Person${number}`,
    image: 'luma',
  },
  {
    layout: 'folder',
    allow: [],
    load: openAny,
    original: divided(fundus(7)),
    rater: (number) => `R${number}`,
    image: 'exact',
  },
];

describe.each(trips)('A phantom written as $layout', (trip) => {
  const { layout, load, original, structures = original.structures, rater = numbered, image, allow } = trip;
  const without = allow.includes('diagnoses');
  let root: string;
  let loaded: Dataset;
  let pairs: { before: Case; after: Case }[];

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), `diff-${layout}-`));
    await write(original, root, layout, { allow });
    loaded = await load(root);
    pairs = paired(await all(original), await all(loaded), layout === 'folder' ? 0 : 1);
  });
  afterAll(() => rm(root, { recursive: true }));

  test('comes back with all its cases and no other problem than the masks that were missing', () => {
    expect(pairs).toHaveLength(original.length);
    expect(new Set(pairs.map(({ before }) => before.id)).size).toBe(original.length);
    const isWhole = ({ annotations }: Case) =>
      Object.values(annotations).every((by) => Object.keys(by).length === original.raters.length);
    const whole = new Set(pairs.flatMap(({ before, after }) => (isWhole(before) ? [after.id] : [])));
    const told = loaded.problems.filter(({ id, reason }) => (id ? whole.has(id) : reason !== 'no such file'));
    expect(told).toEqual([]);
  });

  test('keeps its diagnoses and splits', () => {
    for (const { before, after } of pairs) {
      expect(after.diagnosis).toBe(without ? undefined : before.diagnosis);
      if (before.split) expect(after.split).toBe(before.split);
    }
    if (!without) expect(new Set(pairs.map(({ after }) => after.diagnosis))).toEqual(new Set([0, 1]));
  });

  test('keeps every mask bit for bit, and who drew it', () => {
    for (const { before, after } of pairs) {
      original.structures.forEach((structure, k) => {
        const found = after.annotations[structures[k]!]!;
        const drawn = Object.entries(before.annotations[structure]!);
        if (typeof rater === 'function') {
          for (const [name, mask] of drawn) {
            expect(
              same(found[rater(1 + original.raters.indexOf(name))], mask),
              `${after.id} ${structure} ${name}`,
            ).toBe(true);
          }
          expect(Object.keys(found).filter((name) => /\d/.test(name))).toHaveLength(drawn.length);
          return;
        }
        const shares = Float32Array.from(
          drawn[0]![1],
          (_, i) => drawn.filter(([, mask]) => mask[i]).length / drawn.length,
        );
        const [only] = Object.values(found);
        expect(Object.keys(found)).toHaveLength(1);
        if (rater === 'shares') expect(furthest(only!, shares)).toBeLessThan(0.501 / 255);
        else
          expect(
            same(
              only,
              shares.map((share) => (share >= 0.5 ? 1 : 0)),
            ),
          ).toBe(true);
      });
    }
  });

  test(`keeps every image: ${image}`, () => {
    for (const { before, after } of pairs) {
      const expected = {
        exact: plain,
        jpeg: plain,
        luma,
      }[image](before);
      if (image === 'exact') expect(same(after.image.data, expected), after.id).toBe(true);
      else expect(furthest(after.image.data, expected)).toBeLessThan(image === 'jpeg' ? 0.12 : 0.51 / 255);
    }
  });

  test('leaves no temporary file behind', async () => {
    const files = await readdir(root, { recursive: true });
    expect(files.filter((name) => name.includes('.tmp'))).toEqual([]);
  });
});

test('What tnscui and ddti write side by side is what tnmix reads', async () => {
  const root = await mkdtemp(join(tmpdir(), 'diff-tnmix-'));
  const [one, other] = [thyroid(), phantom('thyroid', { cases: 4, size: 40, seed: 9 })];
  await write(one, join(root, 'TNSCUI'), 'tnscui', { allow: ['rater names'] });
  await write(other, join(root, 'DDTI'), 'ddti', { allow: ['raters'] });
  const cases = await all(await tnmix(root));
  const from = (source: string) => cases.filter(({ meta }) => meta?.source === source);
  expect(from('tnscui').map(({ diagnosis }) => diagnosis)).toEqual(
    one.entries.map(({ diagnosis }) => diagnosis),
  );
  expect(from('ddti').map(({ diagnosis }) => diagnosis)).toEqual(
    other.entries.map(({ diagnosis }) => diagnosis),
  );
  await rm(root, { recursive: true });
});

/** By the last number of the loaded id, but for what stands behind it in some layouts. */
function paired(before: Case[], after: Case[], first: number) {
  return after.map((one) => {
    const number = /(\d+)(?:_1|O[DS]|\.png|\/nodule-0\/slice-0)?$/.exec(one.id)![1];
    return { before: before[Number(number) - first]!, after: one };
  });
}

async function all(dataset: Dataset): Promise<Case[]> {
  const cases: Case[] = [];
  for await (const one of dataset.cases()) cases.push(one);
  return cases;
}

function same(a: Mask | undefined, b: Mask): boolean {
  return a !== undefined && a.length === b.length && a.every((value, i) => value === b[i]);
}

function furthest(a: Mask, b: Mask): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  let most = 0;
  for (let i = 0; i < a.length; i++) most = Math.max(most, Math.abs(a[i]! - b[i]!));
  return most;
}

const plain = ({ image }: Case) => image.data;

function luma({ image: { data, channels } }: Case): Float32Array {
  if (channels === 1) return data;
  return Float32Array.from(
    { length: data.length / 3 },
    (_, i) => 0.299 * data[3 * i]! + 0.587 * data[3 * i + 1]! + 0.114 * data[3 * i + 2]!,
  );
}
