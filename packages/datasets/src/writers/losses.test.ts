import { expect, test } from 'vitest';
import type { Case, Mask } from '../dataset/case.js';
import { createDataset, type Dataset } from '../dataset/dataset.js';
import { folderOf } from '../fixtures/temporary.js';
import { openAny } from '../loaders/open-any.js';
import { LOSSES, type WriteLoss } from './losses.js';
import { LAYOUT_NAMES, type LayoutName, write } from './write.js';

const SIDE = 40;
const STRUCTURES: Partial<Record<LayoutName, string[]>> = {
  gleason: ['grade3', 'grade4', 'grade5'],
  ...Object.fromEntries(
    ['refuge', 'refuge2', 'refuge-multi-rater', 'riga', 'riga-prepared', 'drishti', 'papila'].map((name) => [
      name,
      ['disc', 'cup'],
    ]),
  ),
};

/** A square of 1 about the middle. */
const square = (half: number): Uint8Array =>
  Uint8Array.from({ length: SIDE * SIDE }, (_, i) =>
    Math.max(Math.abs((i % SIDE) - 20), Math.abs(Math.floor(i / SIDE) - 20)) <= half ? 1 : 0,
  );

/** Four cases that a layout can hold whole, but for what `change` adds to them. */
function plain(
  layout: LayoutName,
  change: (one: Case, number: number) => Case = (one) => one,
  raters = ['1'],
) {
  const names = STRUCTURES[layout] ?? ['object'];
  const cases = ['0', '1', '2', '3'].map((id, number): Case => {
    const masks = names.map((name, k): [string, Record<string, Mask>] => [
      name,
      Object.fromEntries(raters.map((rater, r) => [rater, square(13 - 6 * k - r)])),
    ]);
    const data = Float32Array.from({ length: SIDE * SIDE }, (_, i) => ((i + number) % 5) / 5);
    const one = {
      id,
      image: { data, width: SIDE, height: SIDE, channels: 1 },
      annotations: Object.fromEntries(masks),
    };
    return change({ ...one, diagnosis: number % 2 === 0 ? 0 : 1 }, number);
  });
  return datasetOf(cases);
}

const datasetOf = (cases: Case[]): Dataset =>
  createDataset({
    name: 'made',
    entries: cases.map(({ id, patient, split, diagnosis, annotations }) => ({
      id,
      ...(patient !== undefined && { patient }),
      ...(split !== undefined && { split }),
      ...(diagnosis !== undefined && { diagnosis }),
      annotated: Object.fromEntries(Object.entries(annotations).map(([name, by]) => [name, Object.keys(by)])),
    })),
    load: ({ id }) => cases.find((one) => one.id === id),
  });

async function all(dataset: Dataset): Promise<Case[]> {
  const cases: Case[] = [];
  for await (const one of dataset.cases()) cases.push(one);
  return cases;
}

const mapped = (one: Case, change: (mask: Mask) => Mask): Case => ({
  ...one,
  annotations: Object.fromEntries(
    Object.entries(one.annotations).map(([name, by]) => [
      name,
      Object.fromEntries(Object.entries(by).map(([rater, mask]) => [rater, change(mask)])),
    ]),
  ),
});

/** What each loss is about: cases that have it, and whether it is there when they are read back. */
const features: Record<
  WriteLoss,
  {
    change?: (one: Case, number: number) => Case;
    raters?: string[];
    back(cases: Case[], before: Case[]): boolean;
  }
> = {
  patients: {
    change: (one, number) => ({ ...one, patient: number < 2 ? 'ann' : 'bob' }),
    back: (cases) => {
      const of = cases.map(({ patient }) => patient);
      return of[0] !== undefined && of[0] === of[1] && of[2] === of[3] && of[0] !== of[2];
    },
  },
  raters: {
    raters: ['1', '2'],
    back: (cases) =>
      cases.every(({ annotations }) => Object.keys(Object.values(annotations)[0]!).length >= 2),
  },
  'rater names': {
    raters: ['Eve'],
    back: (cases) => cases.every(({ annotations }) => Object.values(annotations).every((by) => by.Eve)),
  },
  structures: {
    change: (one) => ({ ...one, annotations: { ...one.annotations, extra: { '1': square(2) } } }),
    back: (cases, before) =>
      cases.every(
        ({ annotations }, i) =>
          Object.keys(annotations).length === Object.keys(before[i]!.annotations).length,
      ),
  },
  splits: {
    change: (one, number) => ({ ...one, split: ['train', 'fold 7'][number % 2]! }),
    back: (cases) => cases.filter(({ split }) => split === 'fold 7').length === 2,
  },
  diagnoses: {
    back: (cases) => cases.map(({ diagnosis }) => diagnosis).join() === '0,1,0,1',
  },
  colour: {
    change: (one) => ({
      ...one,
      image: {
        ...one.image,
        data: Float32Array.from({ length: 3 * SIDE * SIDE }, (_, i) => (i % 3) / 3),
        channels: 3,
      },
    }),
    back: (cases) =>
      cases.every(({ image: { data, channels } }) => channels === 3 && data[2]! - data[0]! > 0.5),
  },
  degrees: {
    change: (one) => mapped(one, (mask) => Float32Array.from(mask, (value) => value * 0.6)),
    back: (cases) =>
      cases.every(({ annotations }) =>
        Object.values(annotations).every((by) =>
          Object.values(by).every((mask) => Math.abs(Math.max(...mask) - 0.6) < 0.51 / 255),
        ),
      ),
  },
  shape: {
    change: (one) =>
      mapped(one, (mask) => mask.map((value, i) => (i === 20 * SIDE + 20 ? 0 : value)) as Mask),
    back: (cases) =>
      cases.every((one) =>
        Object.values(one.annotations).every((by) =>
          Object.values(by).every((mask) => !mask[20 * SIDE + 20]),
        ),
      ),
  },
  geometry: {
    change: (one) => ({ ...one, image: { ...one.image, spacing: [0.5, 0.8, 3] } }),
    back: (cases) => cases.every(({ image }) => Math.abs((image.spacing?.[1] ?? 0) - 0.8) < 1e-6),
  },
};

const every = LAYOUT_NAMES.flatMap((layout) => LOSSES.map((loss) => ({ layout, loss })));

test.each(every)('$layout keeps $loss or refuses them by name', async ({ layout, loss }) => {
  const { change, raters, back } = features[loss];
  const dataset = plain(layout, change, raters);
  const allow = LOSSES.filter((other) => other !== loss);
  // Grades shut each other out, and what a single structure would lose is told before.
  const expected = await all(dataset);
  const [refused, forced] = [await folderOf({}), await folderOf({})];
  const error = await write(dataset, refused, layout, { allow }).catch((thrown: unknown) => thrown);
  if (error instanceof RangeError && /write: \S+ needs/.test(error.message)) return;
  const held = error === undefined;
  if (!held) {
    expect(error).toBeInstanceOf(RangeError);
    expect(`${error}`).toContain(`write: ${layout} cannot hold ${loss} (`);
    await expect(write(dataset, forced, layout, { allow: LOSSES })).resolves.toBeUndefined();
    return;
  }
  const found = await openAny(refused);
  const cases = await all(found);
  // Names of REFUGE begin with the diagnosis, and so their order does.
  const numberOf = ({ id }: Case) => Number(/\d+$/.exec(id)?.[0]);
  if (layout.startsWith('refuge')) cases.sort((a, b) => numberOf(a) - numberOf(b));
  expect(cases).toHaveLength(4);
  expect(back(cases, expected)).toBe(true);
});

test('what a layout holds is the one thing that is not refused: patients are never mixed up in silence', async () => {
  const dataset = plain('tnscui', features.patients.change);
  for (const layout of ['tnscui', 'isic-multi-mask'] as const) {
    await expect(
      write(dataset, await folderOf({}), layout, { allow: ['rater names', 'splits'] }),
    ).rejects.toThrow(
      new RangeError(
        `write: ${layout} cannot hold patients (1 is not the only case of ann); layout 'folder' holds most, allow: ['patients'] goes without`,
      ),
    );
  }
  const later = plain('tnscui').map((one) => ({ ...one, patient: 'the same' }));
  await expect(write(later, await folderOf({}), 'tnscui')).rejects.toThrow('cannot hold patients');
});

test('allow names losses that there are', async () => {
  const wrong = write(plain('folder'), await folderOf({}), 'folder', { allow: ['patient' as WriteLoss] });
  await expect(wrong).rejects.toThrow('write: allow is "patient", expected one of "patients", "raters"');
  const unknown = write(plain('folder'), await folderOf({}), 'folder', { alow: [] } as object);
  await expect(unknown).rejects.toThrow('write: there is no option "alow", did you mean allow?');
});
