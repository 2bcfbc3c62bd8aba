import { expect, test } from 'vitest';
import { M1, rows } from '../fixtures/grid.js';
import { picture } from '../fixtures/temporary.js';
import { drawShapes } from './draw-shapes.js';
import { isLabelMe, readLabelMe } from './labelme.js';

const SIZE = { width: 8, height: 6 };
const file = (shapes: object[]) => ({
  version: '5.4.1',
  flags: {},
  shapes: shapes.map((shape) => ({ label: 'nodule', group_id: null, flags: {}, ...shape })),
  imagePath: 'case1.png',
  imageData: null,
  imageHeight: 6,
  imageWidth: 8,
});
const drawn = async (shapes: object[]) =>
  rows(await drawShapes(readLabelMe(file(shapes))[0]!.shapes, SIZE), 8);

test('polygons, rectangles, circles and masks are read', async () => {
  const polygon = {
    shape_type: 'polygon',
    points: [
      [1, 1],
      [4, 1],
      [4, 4],
      [1, 4],
    ],
  };
  expect(await drawn([polygon])).toEqual(M1);
  expect(
    await drawn([
      {
        shape_type: 'rectangle',
        points: [
          [4, 4],
          [1, 1],
        ],
      },
    ]),
  ).toEqual(M1);
  const mask = (await picture(3, 3, () => 255)).toString('base64');
  expect(
    await drawn([
      {
        shape_type: 'mask',
        points: [
          [1, 1],
          [3, 3],
        ],
        mask,
      },
    ]),
  ).toEqual(M1);
  const circle = [
    {
      shape_type: 'circle',
      points: [
        [4, 3],
        [4, 1],
      ],
    },
  ];
  expect(await drawn(circle)).toEqual([
    '........',
    '...##...',
    '..####..',
    '..####..',
    '...##...',
    '........',
  ]);
});

test('it says its image, its size, and what it leaves out', () => {
  const [image] = readLabelMe(
    file([
      {
        shape_type: 'line',
        points: [
          [1, 1],
          [2, 2],
        ],
      },
    ]),
  );
  expect(image).toEqual({
    name: 'case1.png',
    ...SIZE,
    shapes: [],
    notes: ['1 lines or points, which enclose nothing: left out'],
  });
  expect(isLabelMe({ shapes: [] })).toBe(false);
});

test('what is malformed is named', () => {
  const why = (shape: object) => () => readLabelMe(file([shape]));
  expect(
    why({
      points: [
        [1, 1],
        [2, 2],
      ],
    }),
  ).toThrow('shapes[0].points has 2 corners');
  expect(
    why({
      points: [
        [1, 1],
        [2, 'x'],
        [3, 3],
      ],
    }),
  ).toThrow('shapes[0].points[1][1] is "x", expected a finite number');
  expect(why({ points: 'x' })).toThrow('shapes[0].points is "x", expected a list');
  expect(why({ shape_type: 'cube', points: [] })).toThrow('shapes[0].shape_type is "cube"');
  expect(why({ shape_type: 'rectangle', points: [[1, 1]] })).toThrow(
    'has 1 points, expected the two of a rectangle',
  );
  expect(
    why({
      label: '',
      points: [
        [1, 1],
        [2, 1],
        [3, 3],
      ],
    }),
  ).toThrow('shapes[0].label');
  expect(() => readLabelMe({ ...file([]), imageWidth: -8 })).toThrow('image width is');
});
