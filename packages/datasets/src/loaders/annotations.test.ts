import { zipSync } from 'fflate';
import { expect, test } from 'vitest';
import { M1, M2, rows } from '../fixtures/grid.js';
import { area, read } from '../fixtures/read.js';
import { roi } from '../fixtures/roi.js';
import { folderOf, picture } from '../fixtures/temporary.js';
import { folder } from './folder.js';
import { openAny } from './open-any.js';

const SQUARE = [1, 1, 4, 1, 4, 4, 1, 4];
const RIGHT = [2, 1, 5, 1, 5, 4, 2, 4];
const EMPTY = Array(6).fill('........');
const image = () => picture(8, 6, () => 9);

const coco = (
  shapes: [file: string, label: string, outline: number[]][],
  files = ['case1.png', 'case2.png'],
  width = 8,
) => {
  const labels = [...new Set(shapes.map(([, label]) => label))];
  return JSON.stringify({
    images: files.map((file_name, id) => ({ id, file_name, width, height: 6 })),
    categories: labels.map((name, id) => ({ id, name })),
    annotations: shapes.map(([file, label, outline], id) => ({
      id,
      image_id: files.indexOf(file),
      category_id: labels.indexOf(label),
      segmentation: [outline],
    })),
  });
};
const labelMe = (imagePath: string, outline: number[] = SQUARE, label = 'nodule') =>
  JSON.stringify({
    shapes: [{ label, shape_type: 'polygon', points: [0, 2, 4, 6].map((i) => outline.slice(i, i + 2)) }],
    imagePath,
    imageData: null,
    imageHeight: 6,
    imageWidth: 8,
  });
const geoJson = (outline: number[]) =>
  JSON.stringify({
    type: 'Feature',
    properties: {},
    geometry: { type: 'Polygon', coordinates: [[0, 2, 4, 6].map((i) => outline.slice(i, i + 2))] },
  });

test('one COCO file per rater, without images: labels are structures, and who outlined nothing has an empty mask', async () => {
  const root = await folderOf({
    'anna.json': coco([
      ['case1.png', 'disc', SQUARE],
      ['case1.png', 'cup', RIGHT],
      ['case2.png', 'disc', SQUARE],
    ]),
    'ben.json': coco([['case1.png', 'disc', RIGHT]]),
  });
  const dataset = await folder(root, { mask: '{rater}.json' });
  expect([dataset.structures, dataset.raters]).toEqual([
    ['cup', 'disc'],
    ['anna', 'ben'],
  ]);
  const { cases, told } = await read(dataset);
  const drawn = (id: string) =>
    Object.entries(cases[id]!.annotations).flatMap(([structure, masks]) =>
      Object.entries(masks).map(([rater, mask]) => [structure, rater, rows(mask, 8)]),
    );
  expect(cases.case1!.image).toMatchObject({ width: 8, height: 6, channels: 0 });
  expect(drawn('case1')).toEqual([
    ['disc', 'anna', M1],
    ['disc', 'ben', M2],
    [
      'cup',
      'anna',
      rows(
        Uint8Array.from(M2.join(''), (c) => Number(c === '#')),
        8,
      ),
    ],
    ['cup', 'ben', EMPTY],
  ]);
  expect(drawn('case2').filter(([, rater]) => rater === 'ben')).toEqual([
    ['disc', 'ben', EMPTY],
    ['cup', 'ben', EMPTY],
  ]);
  expect(told).toEqual([]);
});

test('with images, shapes find theirs by name; strangers and other sizes are told', async () => {
  const root = await folderOf({
    'images/case1.png': await image(),
    'images/case3.png': await image(),
    'ann/anna.json': coco([['set/case1.png', 'x', SQUARE]], ['set/case1.png', 'case2.png']),
    'ann/ben.json': coco([['case1.png', 'x', RIGHT]], ['case1.png', 'case3.png'], 9),
  });
  const { cases, told } = await read(
    await folder(root, { image: 'images/{id}.png', mask: 'ann/{rater}.json', panel: false }),
  );
  expect(rows(cases.case1!.annotations.x!.anna, 8)).toEqual(M1);
  expect(told).toEqual([
    'ann/anna.json: case2.png is not among the images',
    'ann/ben.json: says that case1.png has 9×6 pixels, it has 8×6',
    'ann/ben.json: says that case3.png has 9×6 pixels, it has 8×6',
  ]);
});

test('class takes one label by its name, and says which there are', async () => {
  const root = await folderOf({
    'anna.json': coco([
      ['case1.png', 'disc', SQUARE],
      ['case1.png', 'cup', RIGHT],
    ]),
  });
  const dataset = await openAny(root, { masks: '{rater}.json', class: 'cup' });
  expect(dataset.structures).toEqual(['cup']);
  expect(rows((await read(dataset)).cases.case1!.annotations.cup!.anna, 8)).toEqual(M2);
  await expect(openAny(root, { masks: '{rater}.json', class: 'nodule' })).rejects.toThrow(
    'class is "nodule", expected one of the labels disc, cup',
  );
});

test('a structure that the pattern names takes the label of its name, or the only one', async () => {
  const root = await folderOf({
    'anna.json': coco([
      ['case1.png', 'Disc', SQUARE],
      ['case1.png', 'cup', RIGHT],
    ]),
    'only.json': coco([['case1.png', 'thing', SQUARE]]),
  });
  const { cases } = await read(await folder(root, { mask: { disc: 'anna.json', other: 'only.json' } }));
  expect(rows(cases.case1!.annotations.disc!['1'], 8)).toEqual(M1);
  expect(rows(cases.case1!.annotations.other!['1'], 8)).toEqual(M1);
  await expect(folder(root, { mask: { nodule: 'anna.json' } })).rejects.toThrow(
    'anna.json: it has the labels Disc, cup, none of which is nodule: the option class says which to take',
  );
});

test('files of one image take their case from the pattern, whatever they call it', async () => {
  const root = await folderOf({
    'images/case1.png': await image(),
    'ann/anna/case1.json': labelMe('C:\\scans\\0001.png'),
    'ann/ben/case1.geojson': geoJson(RIGHT),
    'ann/cleo/case1.zip': zipSync({ 'a.roi': roi({ type: 0, points: SQUARE, name: 'nodule' }) }),
    'ann/dora/case1.roi': roi({ type: 0, points: RIGHT, name: 'nodule' }),
  });
  const { cases, told } = await read(
    await folder(root, { image: 'images/{id}.png', mask: 'ann/{rater}/{id}.*', class: 'nodule' }),
  );
  const masks = cases.case1!.annotations.nodule!;
  expect(Object.entries(masks).map(([rater, mask]) => [rater, rows(mask, 8)])).toEqual([
    ['anna', M1],
    ['ben', EMPTY],
    ['cleo', M1],
    ['dora', M2],
  ]);
  expect(told).toEqual([]);
});

test('a file that does not say how large its image is needs the image', async () => {
  const root = await folderOf({ 'anna/case1.geojson': geoJson(SQUARE) });
  const { cases, told } = await read(await folder(root, { mask: '{rater}/{id}.geojson' }));
  expect(cases).toEqual({});
  expect(told).toEqual([
    'anna/case1.geojson: does not say how large its image is: the option images (or image) says where images are',
  ]);
});

test('outlines are cropped and resized with their image', async () => {
  const root = await folderOf({ 'case1.png': await image(), 'case1.json': labelMe('case1.png') });
  const options = { image: '{id}.png', mask: '{id}.json', size: { width: 16, height: 12 } } as const;
  const { cases } = await read(await folder(root, options));
  expect(area(cases.case1!.annotations.nodule!['1'])).toBe(36);
});

test('names that objects inherit are names like any other; __proto__ is refused', async () => {
  const files = { 'constructor.json': coco([['case1.png', 'toString', SQUARE]]) };
  const dataset = await folder(await folderOf(files), { mask: '{rater}.json' });
  const { cases } = await read(dataset);
  expect(Object.keys(cases.case1!.annotations)).toEqual(['toString']);
  expect(rows(cases.case1!.annotations.toString!.constructor as never, 8)).toEqual(M1);
  expect((Object as unknown as Record<string, unknown>).toString).toBe(Function.prototype.toString);
  const root = await folderOf({ 'a.json': coco([['case1.png', '__proto__', SQUARE]]) });
  await expect(folder(root, { mask: '{rater}.json' })).rejects.toThrow(
    'a.json: no name for a rater or structure',
  );
});

test('what cannot be read is told with its reason', async () => {
  const root = await folderOf({
    'anna.json': coco([['case1.png', 'x', SQUARE]]),
    'ben.json': '{"images": [',
    'cleo.json': '{"version": 1}',
    'dora.json': coco([['case1.png', 'x', [1, 2, 3]]]),
    'ed.xml': '<!DOCTYPE x><annotations/>',
    'fay.xml': '<svg/>',
    'gus.json': Buffer.from([0x7b, 0xff]),
  });
  const { told } = await read(await folder(root, { mask: '{rater}.{json,xml}', panel: false }));
  expect(told).toEqual([
    expect.stringContaining('ben.json: not JSON that can be read'),
    'cleo.json: JSON of none of the formats COCO, LabelMe, GeoJSON, Label Studio, Supervisely, VIA',
    'dora.json: annotations[0].segmentation[0] has 3 numbers, expected pairs of x and y (read as COCO)',
    'ed.xml: XML with a document type declaration, which is refused',
    'fay.xml: XML of none of the formats CVAT, LIDC',
    expect.stringContaining('gus.json: '),
  ]);
});

test('an image larger than the limit is refused before memory is taken', async () => {
  const json = JSON.parse(coco([['case1.png', 'x', SQUARE]])) as {
    images: { width: number; height: number }[];
  };
  for (const one of json.images) Object.assign(one, { width: 2 ** 20, height: 2 ** 20 });
  const { cases, told } = await read(
    await folder(await folderOf({ 'a.json': JSON.stringify(json) }), { mask: '{rater}.json' }),
  );
  expect(cases).toEqual({});
  expect(told[0]).toContain('1048576×1048576 pixels, more than the limit');
});

test('a directory of LabelMe files is recognised, with images beside them and with a folder for each rater', async () => {
  const one = await openAny(
    await folderOf({
      'case1.png': await image(),
      'case1.json': labelMe('case1.png'),
      'case2.json': labelMe('case2.png', RIGHT),
    }),
  );
  expect([one.name, one.raters, one.structures]).toEqual(['annotations', ['1'], ['nodule']]);
  const { cases } = await read(one);
  expect([cases.case1!.image.channels, cases.case2!.image.channels]).toEqual([1, 0]);
  expect(rows(cases.case2!.annotations.nodule!['1'], 8)).toEqual(M2);

  const several = await openAny(
    await folderOf({
      'images/case1.png': await image(),
      'labels/anna/v1/case1.json': labelMe('../../../images/case1.png'),
      'labels/ben/v1/case1.json': labelMe('../../../images/case1.png', RIGHT),
    }),
  );
  expect(several.raters).toEqual(['anna', 'ben']);
  const masks = (await read(several)).cases.case1!.annotations.nodule!;
  expect([rows(masks.anna, 8), rows(masks.ben, 8)]).toEqual([M1, M2]);
});

test('COCO files of the same images are of a rater each, of others parts of one', async () => {
  const both = {
    'coco/anna.json': coco([['case1.png', 'x', SQUARE]]),
    'coco/ben.json': coco([['case1.png', 'x', RIGHT]]),
  };
  expect((await openAny(await folderOf(both))).raters).toEqual(['anna', 'ben']);
  const parts = {
    'train.json': coco([['a.png', 'x', SQUARE]], ['a.png', 'b.png']),
    'test.json': coco([['c.png', 'x', RIGHT]], ['c.png', 'd.png']),
  };
  const dataset = await openAny(await folderOf(parts));
  expect([dataset.raters, dataset.length]).toEqual([['1'], 4]);
});

test('a folder of other JSON is not taken for annotations', async () => {
  await expect(openAny(await folderOf({ 'package.json': '{}', 'a.txt': 'x' }))).rejects.toThrow(
    'has none of the layouts',
  );
});
