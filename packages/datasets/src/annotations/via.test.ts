import { expect, test } from 'vitest';
import { M1, rows } from '../fixtures/grid.js';
import { csv } from '../formats/csv.js';
import { drawShapes } from './draw-shapes.js';
import { isVia, isViaCsv, readVia, readViaCsv, viaCells } from './via.js';

const SIZE = { width: 8, height: 6 };
const POLYGON = { name: 'polygon', all_points_x: [1, 4, 4, 1], all_points_y: [1, 1, 4, 4] };
const project = (regions: unknown, file_attributes = {}) => ({
  'case1.png123': { filename: 'case1.png', size: 123, regions, file_attributes },
});
const region = (shape_attributes: object, region_attributes: object = { label: 'nodule' }) => ({
  shape_attributes,
  region_attributes,
});
const drawn = async (shape: object) =>
  rows(await drawShapes(readVia(project([region(shape)]))[0]!.shapes, SIZE), 8);

test('polygons, rectangles, circles and ellipses are read', async () => {
  expect(await drawn(POLYGON)).toEqual(M1);
  expect(await drawn({ name: 'rect', x: 1, y: 1, width: 3, height: 3 })).toEqual(M1);
  const round = ['........', '...##...', '..####..', '..####..', '...##...', '........'];
  expect(await drawn({ name: 'circle', cx: 4, cy: 3, r: 2 })).toEqual(round);
  expect(await drawn({ name: 'ellipse', cx: 4, cy: 3, rx: 2, ry: 2, theta: 1 })).toEqual(round);
});

test('a project, an export, regions by number and CSV say the same', async () => {
  const exported = project([region(POLYGON)]);
  const numbered = project({ 0: region(POLYGON) });
  for (const json of [exported, { _via_settings: {}, _via_img_metadata: exported }, numbered]) {
    expect(isVia(json)).toBe(true);
    expect(rows(await drawShapes(readVia(json)[0]!.shapes, SIZE), 8)).toEqual(M1);
  }
  const header = [
    'filename',
    'file_size',
    'file_attributes',
    'region_count',
    'region_id',
    'region_shape_attributes',
    'region_attributes',
  ];
  const cells = viaCells(
    Buffer.from(
      csv([
        header,
        ['case1.png', 123, '{}', 1, 0, JSON.stringify(POLYGON), '{"label":"nodule"}'],
        ['case2.png', 5, '{}', 0, 0, '{}', '{}'],
      ]),
    ),
  );
  expect(isViaCsv(cells[0]!)).toBe(true);
  const images = readViaCsv(cells);
  expect(images.map(({ name, shapes }) => [name, shapes.length])).toEqual([
    ['case1.png', 1],
    ['case2.png', 0],
  ]);
  expect(rows(await drawShapes(images[0]!.shapes, SIZE), 8)).toEqual(M1);
});

test('labels and raters are attributes', () => {
  const about = (attributes: object) => readVia(project([region(POLYGON, attributes)]))[0]!.shapes[0];
  expect(about({ Class: 'disc', size: 'big' })).toMatchObject({ label: 'disc' });
  expect(about({ organ: 'lung', rater: 'anna' })).toMatchObject({ label: 'lung', rater: 'anna' });
  expect(about({ finding: { nodule: true, cyst: false } })).toMatchObject({ label: 'nodule' });
  expect(about({})).toMatchObject({ label: 'object' });
  const [image] = readVia(project([region(POLYGON)], { reader: 'ben' }));
  expect(image).toMatchObject({ raters: ['ben'], shapes: [{ rater: 'ben' }] });
});

test('what is malformed is named', () => {
  const why = (shape: object, attributes?: object) => () => readVia(project([region(shape, attributes)]));
  expect(why({ ...POLYGON, all_points_y: [1] })).toThrow('case1.png: region 0 has 4 x and 1 y');
  expect(why({ name: 'circle', cx: 1, cy: 1 })).toThrow('case1.png: region 0: r is undefined');
  expect(why({ name: 'circle', cx: 1, cy: 1, r: -2 })).toThrow('an ellipse of radii -2 and -2, expected 0');
  expect(why({ name: 'star' })).toThrow('name is "star"');
  expect(why(POLYGON, { organ: 'lung', side: 'left' })).toThrow(
    'has the attributes organ, side, expected one called label',
  );
  expect(why(POLYGON, { label: { a: true, b: true } })).toThrow('label has 2 values, expected one');
  expect(readVia(project([region({ name: 'point', cx: 1, cy: 1 })]))[0]!.notes).toHaveLength(1);
});
