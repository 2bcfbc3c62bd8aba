import { expect, test } from 'vitest';
import { area, read } from '../fixtures/read.js';
import { block, folderOf, mask, photo, picture } from '../fixtures/temporary.js';
import { encodeNifti } from '../formats/encode-nifti.js';
import { encodeMetaImage } from '../formats/metaimage.js';
import { encodeNrrd } from '../formats/nrrd.js';
import { folder } from './folder.js';

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
  for (const file of ['../labels.csv', 'none.csv']) {
    await expect(folder(root, { ...options, label: { ...options.label, file } })).rejects.toThrow(
      `${file}: no such table of labels under the root`,
    );
  }
});

test('a folder of masks alone gives cases of their size without an image, and names what does not fit', async () => {
  const root = await folderOf({
    'x_1_a.png': await mask(2),
    'x_1_b.png': await mask(3),
    'x_1_c.png': await picture(8, 12, () => 255),
    'y_b.png': 'no picture',
    'y_c.png': await picture(6, 5, block(1, 1, 2)),
    'z_a.png': 'no picture',
    'w_a.png': 'no picture',
    'w_b.png': '',
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
      'y_b.png: not a PNG, JPEG, TIFF or GIF file, whatever its name says',
      'z_a.png: the object lacks raters b, c',
      'z_a.png: not a PNG, JPEG, TIFF or GIF file, whatever its name says',
      'w_a.png: no mask of the case can be read',
      'w_a.png: not a PNG, JPEG, TIFF or GIF file, whatever its name says',
      'w_a.png: the object lacks rater c',
      'w_b.png: not a PNG, JPEG, TIFF or GIF file, whatever its name says',
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

test('a table that says two things of one case is an error, one that says a thing twice is none', async () => {
  const files = { 'a.png': await mask(2), 'a_1.png': await mask(2) };
  const open = async (table: string) =>
    folder(await folderOf({ ...files, 'labels.csv': table }), {
      image: '{id}.png',
      mask: '{id}_{rater}.png',
      label: { file: 'labels.csv', id: 'id', diagnosis: 'ill' },
    });
  await expect(open('id,ill\na,1\na,0\n')).rejects.toThrow(
    'labels.csv, row 3: another diagnosis of a than labels.csv, row 2',
  );
  await expect(open('id,ill,patient\na,1,p\na.png,1,q\n')).rejects.toThrow('another patient of a');
  await expect(open('id,ill,Ill\na,1,0\n')).rejects.toThrow('labels.csv: two columns "ill"');
  const twice = await open('id,ill,patient\na,1,p\na,1,p\n');
  expect(twice.entries.find(({ id }) => id === 'a')).toMatchObject({ diagnosis: 1, patient: 'p' });
});

test('masks of several labels ask which; a class, a level above which, or degrees say how to read them', async () => {
  const grid = [0, 1, 5, 5, 255, 0];
  const root = await folderOf({
    'a.png': await picture(6, 1, (x) => grid[x]!),
    'b.png': await picture(6, 1, (x) => [0, 51, 102, 153, 204, 255][x]!),
  });
  const masksBy = async (how: object, id: string) => {
    const dataset = await folder(root, { mask: '{id}.png', ...how });
    const { cases, told } = await read(dataset);
    return cases[id]?.annotations.object?.['1'] ?? told.find((reason) => reason.startsWith(`${id}.png`));
  };
  expect(await masksBy({}, 'a')).toBe(
    'a.png: it has the labels 1, 5, 255: the option class says which to take, or degrees that they are levels of grey',
  );
  expect(await masksBy({ class: 5 }, 'a')).toEqual(Uint8Array.of(0, 0, 1, 1, 0, 0));
  expect(await masksBy({ above: 0 }, 'a')).toEqual(Uint8Array.of(0, 1, 1, 1, 1, 0));
  expect(await masksBy({}, 'b')).toEqual(Uint8Array.of(0, 0, 0, 1, 1, 1));
  expect(await masksBy({ degrees: true }, 'b')).toEqual(Float32Array.of(0, 0.2, 0.4, 0.6, 0.8, 1));
  await expect(masksBy({ above: 3, class: 5 }, 'a')).rejects.toThrow(
    'folder: there are both above and class, expected one way to read masks',
  );
  await expect(masksBy({ abov: 3 }, 'a')).rejects.toThrow('there is no option "abov", did you mean above?');
});

test('classes name the labels of a file, each of which is a structure', async () => {
  const grid = [0, 1, 2, 2, 5, 1];
  const root = await folderOf({
    'a_1.png': await picture(6, 1, (x) => grid[x]!),
    'a_2.png': await picture(6, 1, (x) => grid[5 - x]!),
  });
  const open = (classes: object) => folder(root, { mask: '{id}_{rater}.png', classes: classes as string[] });
  const listed = await open(['disc', 'cup']);
  expect(listed.structures).toEqual(['disc', 'cup']);
  const { cases } = await read(listed);
  expect(cases.a!.annotations).toEqual({
    disc: { 1: Uint8Array.of(0, 1, 0, 0, 0, 1), 2: Uint8Array.of(1, 0, 0, 0, 1, 0) },
    cup: { 1: Uint8Array.of(0, 0, 1, 1, 0, 0), 2: Uint8Array.of(0, 0, 1, 1, 0, 0) },
  });
  const numbered = await read(await open({ lesion: 5 }));
  expect(numbered.cases.a!.annotations.lesion!['1']).toEqual(Uint8Array.of(0, 0, 0, 0, 1, 0));
  await expect(open([])).rejects.toThrow('classes is empty');
  await expect(open(['a', 'a'])).rejects.toThrow('classes has "a" twice');
  await expect(open({ a: '1' })).rejects.toThrow('classes.a');
  await expect(folder(root, { mask: '{id}_{rater}.png', classes: ['a'], above: 3 })).rejects.toThrow(
    'there are both above and classes',
  );
});

test('a volume of any format is one case, its masks turned onto its voxels', async () => {
  const volume = Float32Array.from({ length: 24 }, (_, i) => i / 24);
  const extent = {
    width: 4,
    height: 3,
    depth: 2,
    affine: [-1, 0, 0, 3, 0, -1, 0, 2, 0, 0, 2, 0, 0, 0, 0, 1],
  };
  const mask = Uint8Array.from(volume, (_, i) => Number(i % 5 === 0));
  // The same mask in the world, with x running the other way.
  const turned = mask.map((_, i) => mask[i - (i % 4) + 3 - (i % 4)]!);
  const other = { ...extent, affine: [1, 0, 0, 0, ...extent.affine.slice(4)] };
  const root = await folderOf({
    'a.nrrd': await encodeNrrd(volume, extent),
    'masks/1/a.nii.gz': await encodeNifti(turned, other),
    'masks/2/a.mha': await encodeMetaImage(turned, other),
    'masks/3/a.nrrd': await encodeNrrd(mask, extent),
  });
  const { cases, told } = await read(
    await folder(root, { image: '{id}.nrrd', mask: 'masks/{rater}/{id}.{nii.gz,mha,nrrd}', volume: true }),
  );
  expect(told).toEqual([]);
  expect(cases.a!.image).toMatchObject(extent);
  expect(cases.a!.annotations.object).toEqual({ 1: mask, 2: mask, 3: mask });
});
