import { deflateSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { M2, rows } from '../fixtures/grid.js';
import { picture } from '../fixtures/temporary.js';
import { drawShapes } from './draw-shapes.js';
import { isSupervisely, readSupervisely } from './supervisely.js';

const SIZE = { width: 8, height: 6 };
const file = (object: object) => ({
  description: '',
  tags: [],
  size: { height: 6, width: 8 },
  objects: [{ classTitle: 'nodule', labelerLogin: 'anna', ...object }],
});
const drawn = async (object: object) =>
  rows(await drawShapes(readSupervisely(file(object))[0]!.shapes, SIZE), 8);
const polygon = (exterior: unknown, interior: unknown = []) => ({
  geometryType: 'polygon',
  points: { exterior, interior },
});

test('whole coordinates name pixels, which are inside; a hole takes its own out', async () => {
  const square = [
    [2, 1],
    [4, 1],
    [4, 3],
    [2, 3],
  ];
  expect(await drawn(polygon(square))).toEqual(M2);
  expect(
    await drawn({
      geometryType: 'rectangle',
      points: {
        exterior: [
          [2, 1],
          [4, 3],
        ],
        interior: [],
      },
    }),
  ).toEqual(M2);
  const large = [
    [0, 0],
    [6, 0],
    [6, 5],
    [0, 5],
  ];
  expect(await drawn(polygon(large, [square]))).toEqual([
    '#######.',
    '##...##.',
    '##...##.',
    '##...##.',
    '#######.',
    '#######.',
  ]);
});

test('other coordinates are places', async () => {
  expect(
    await drawn(
      polygon([
        [2, 1],
        [5, 1],
        [5, 4],
        [2.1, 4],
      ]),
    ),
  ).toEqual(M2);
});

test('bitmaps are read, by transparency or by value, and the rater is who labelled', async () => {
  for (const inside of [[255, 255, 255, 255], 1]) {
    const outside = Array.isArray(inside) ? [255, 255, 255, 0] : 0;
    const png = await picture(4, 3, (x) => (x < 3 ? inside : outside));
    const bitmap = { data: deflateSync(png).toString('base64'), origin: [2, 1] };
    expect(await drawn({ geometryType: 'bitmap', bitmap })).toEqual(M2);
  }
  expect(
    readSupervisely(
      file(
        polygon([
          [2, 1],
          [4, 1],
          [4, 3],
        ]),
      ),
    )[0],
  ).toMatchObject({
    ...SIZE,
    shapes: [{ label: 'nodule', rater: 'anna' }],
  });
});

test('a bitmap that reaches beyond the picture is cut, and that is told', async () => {
  const png = await picture(4, 3, (x) => Number(x < 3));
  const bitmap = { data: deflateSync(png).toString('base64'), origin: [-1, 4] };
  const { shapes } = readSupervisely(file({ geometryType: 'bitmap', bitmap }))[0]!;
  const told: string[] = [];
  const mask = await drawShapes(shapes, SIZE, (reason) => told.push(reason));
  expect(rows(mask, 8)).toEqual([...Array(4).fill('........'), '##......', '##......']);
  expect(told).toEqual(['5 pixels of its bitmaps lie outside the image of 8×6 pixels']);
});

test('what is malformed is named', () => {
  const why = (object: object) => () => readSupervisely(file(object));
  expect(why(polygon([[1, 1]]))).toThrow('objects[0].points.exterior has 1 corners');
  const bitmap = (origin: unknown, data = 'AAAA') =>
    why({ geometryType: 'bitmap', bitmap: { data, origin } });
  expect(bitmap([1, 1])).toThrow('objects[0].bitmap.data cannot be unpacked (');
  expect(bitmap([1, 1], deflateSync(Buffer.alloc(2 ** 26 + 1)).toString('base64'))).toThrow(
    'objects[0].bitmap.data cannot be unpacked (',
  );
  for (const origin of [[], [1], [1, 1, 1]])
    expect(bitmap(origin)).toThrow(`bitmap.origin is ${JSON.stringify(origin)}, expected x and y`);
  expect(bitmap([1, 1.5])).toThrow('bitmap.origin[1] is 1.5, expected an integer');
  const corners = [
    [2, 1],
    [4, 3],
  ];
  expect(why({ geometryType: 'rectangle', points: { exterior: [...corners, [1, 1]] } })).toThrow(
    'has not the two corners of a rectangle',
  );
  expect(why(polygon([]))).toThrow('points.exterior has 0 corners');
  expect(
    why(
      polygon([
        [1, 1],
        [2, 2],
        [1, 1],
      ]),
    ),
  ).toThrow('2 corners beside the one that closes it');
  expect(why({ geometryType: 'bitmap', bitmap: { data: 'AAAA', origin: ['a', 1] } })).toThrow(
    'bitmap.origin[0] is "a"',
  );
  expect(why({ geometryType: 'mesh' })).toThrow('objects[0].geometryType is "mesh"');
  expect(isSupervisely({ objects: [] })).toBe(false);
});
