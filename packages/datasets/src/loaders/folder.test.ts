import { expect, test } from 'vitest';
import type { Case } from '../dataset/case.js';
import type { Dataset } from '../dataset/dataset.js';
import { block, folderOf, picture } from '../fixtures/temporary.js';
import { folder } from './folder.js';

async function read(dataset: Dataset) {
  const cases: Record<string, Case> = {};
  for await (const one of dataset.cases()) cases[one.id] = one;
  return { cases, told: dataset.problems.map(({ path, reason }) => `${path}: ${reason}`).sort() };
}

const area = (mask: ArrayLike<number> | undefined) =>
  mask ? Array.from(mask).reduce((a, b) => a + b, 0) : undefined;

const photo = (side = 12) => picture(side, side, (x, y) => [10 * x, 10 * y, 128], 'jpeg');

const mask = (side: number, size = 12) => picture(size, size, block(0, 0, side));

test('a folder is read by patterns, labels from words, masks by any rule', async () => {
  const root = await folderOf({
    'test/sick/p1/a.png': await photo(),
    'train/well/p2/b.jpg': await photo(),
    'outlines/a.disc.r1.png': await picture(12, 12, block(0, 0, 3, [0, 1])),
    'outlines/a.disc.r2.png': await picture(12, 12, block(0, 0, 4, [0, 1])),
    'outlines/b.cup.r1.png': await picture(12, 12, block(0, 0, 5, [0, 1])),
    'outlines/c.cup.r1.png': await mask(1),
  });
  const dataset = await folder(root, {
    image: '{split}/{diagnosis}/{patient}/{id}.{png,jpg}',
    mask: '**/{id}.{structure}.{rater}.png',
    yes: ['sick'],
    no: ['well'],
    value: (value) => value > 0,
    panel: false,
  });
  const { cases, told } = await read(dataset);
  expect(cases.a).toMatchObject({ patient: 'p1', split: 'test', diagnosis: 1 });
  expect(cases.b).toMatchObject({ patient: 'p2', split: 'train', diagnosis: 0 });
  expect(
    [cases.a!.annotations.disc!.r1, cases.a!.annotations.disc!.r2, cases.b!.annotations.cup!.r1].map(area),
  ).toEqual([9, 16, 25]);
  expect(told).toEqual([
    'outlines/c.cup.r1.png: a mask without its image',
    'test/sick/p1/a.png: nobody outlined the cup',
    'train/well/p2/b.jpg: nobody outlined the disc',
  ]);
});

test('a folder takes labels, patients and splits from a table, by id or by file name', async () => {
  const root = await folderOf({
    'a.png': await photo(),
    'b.png': await photo(),
    'c.png': await photo(),
    'a-mask.png': await mask(2),
    'b-mask.png': await mask(2),
    'c-mask.png': await mask(2),
    'labels.csv': 'file,ill,who,part\na.png,1,p,train\nb,no,p,test\nb2,1,q,test\n',
  });
  const options = {
    image: '{id}.png',
    mask: '{id}-mask.png',
    no: ['no'],
    label: { file: 'labels.csv', id: 'file', diagnosis: 'ill', patient: 'who', split: 'part' },
  };
  const dataset = (await folder(root, options)).filter(({ id }) => !id.endsWith('-mask'));
  expect(dataset.entries.map(({ id, diagnosis, patient, split }) => [id, diagnosis, patient, split])).toEqual(
    [
      ['a', 1, 'p', 'train'],
      ['b', 0, 'p', 'test'],
      ['c', undefined, undefined, undefined],
    ],
  );
  expect(dataset.problems.map(({ path, reason }) => `${path}: ${reason}`)).toEqual([
    'labels.csv, row 4: names "b2", which is not there',
    'c.png: labels.csv has no row for it',
  ]);
  const lost = await folder(root, { ...options, label: { ...options.label, file: '../labels.csv' } });
  expect(lost.problems.map(({ reason }) => reason)).toContain('leads out of the root');
});

test('a folder of masks alone gives cases of their size without an image, and names what does not fit', async () => {
  const root = await folderOf({
    'x_1_a.png': await mask(2),
    'x_1_b.png': await mask(3),
    'x_1_c.png': await picture(8, 12, () => 255),
    'y_b.png': 'no picture',
    'y_c.png': await picture(6, 5, block(1, 1, 2)),
    'z_a.png': 'no picture',
  });
  const { cases, told } = await read(await folder(root, { mask: '{id}_{rater}.png' }));
  expect(Object.keys(cases)).toEqual(['x_1', 'y']);
  expect(cases.x_1!.image).toEqual({ data: new Float32Array(0), height: 12, width: 12, channels: 0 });
  expect([cases.x_1!.annotations.object!.a, cases.x_1!.annotations.object!.b].map(area)).toEqual([4, 9]);
  expect(cases.x_1).not.toHaveProperty('imageless');
  expect(cases.y!.image).toMatchObject({ height: 5, width: 6, channels: 0 });
  expect(area(cases.y!.annotations.object!.c)).toBe(4);
  expect(told.sort()).toEqual(
    [
      'x_1_c.png: 8×12 pixels, the first mask of its case has 12×12',
      'y_b.png: the object lacks rater a',
      'y_b.png: Input file contains unsupported image format',
      'z_a.png: the object lacks raters b, c',
      'z_a.png: no mask of the case can be read',
    ].sort(),
  );
});

test('a folder of images alone gives cases without annotations, and one without patterns is an error', async () => {
  const root = await folderOf({ 'in/a.png': await photo(), 'b.jpg': await photo() });
  const { cases, told } = await read(await folder(root, { image: '**/{id}.{png,jpg}' }));
  expect(Object.values(cases).map(({ id, annotations }) => [id, annotations])).toEqual([
    ['b', {}],
    ['a', {}],
  ]);
  expect(told).toEqual([]);
  await expect(folder(root, {})).rejects.toThrow(
    new RangeError('folder: there is no pattern, expected image, mask or both'),
  );
});
