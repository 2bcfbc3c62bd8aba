import { expect, test } from 'vitest';
import { M1, RING, rows } from '../fixtures/grid.js';
import { askerWith } from '../fixtures/python.js';
import { isCoco, readCoco } from './coco.js';
import { countsOf, encodeCounts } from './coco-rle.js';
import { drawShapes } from './draw-shapes.js';
import type { AnnotatedImage } from './shape.js';

const SIZE = { width: 8, height: 6 };
const SQUARE = [1, 1, 4, 1, 4, 4, 1, 4];

const coco = (annotations: object[]) => ({
  images: [{ id: 7, file_name: 'case1.png', ...SIZE }],
  categories: [{ id: 3, name: 'nodule' }],
  annotations: annotations.map((one, id) => ({ id, image_id: 7, category_id: 3, ...one })),
});

const drawn = async ({ shapes }: AnnotatedImage) => rows(await drawShapes(shapes, SIZE), 8);

test('polygons are filled, their parts united', async () => {
  const [image] = readCoco(coco([{ segmentation: [SQUARE, [3, 3, 6, 3, 6, 5, 3, 5]] }]));
  expect(image).toMatchObject({ name: 'case1.png', ...SIZE, shapes: [{ label: 'nodule' }] });
  expect(await drawn(image!)).toEqual([
    '........',
    '.###....',
    '.###....',
    '.#####..',
    '...###..',
    '........',
  ]);
});

test('runs are read as numbers and short, hole and all', async () => {
  const counts = countsOf(
    Uint8Array.from(RING.join(''), (cell) => Number(cell === '#')),
    8,
    6,
  );
  for (const segmentation of [
    { size: [6, 8], counts },
    { size: [6, 8], counts: encodeCounts(counts) },
  ])
    expect(await drawn(readCoco(coco([{ segmentation }]))[0]!)).toEqual(RING);
});

test('an annotation says its rater, and one without segmentation is told', async () => {
  const [image] = readCoco(
    coco([
      { segmentation: [SQUARE], rater: 'anna' },
      { segmentation: [SQUARE], attributes: { annotator: 2 } },
      { bbox: [0, 0, 2, 2] },
    ]),
  );
  expect(image!.shapes.map(({ rater }) => rater)).toEqual(['anna', '2']);
  expect(image!.notes).toEqual(['1 annotations without segmentation: left out']);
  expect(await drawn(image!)).toEqual(M1);
});

test('what is malformed is named', () => {
  expect(isCoco({ images: [] })).toBe(false);
  const why = (annotation: object) => () => readCoco(coco([annotation]));
  expect(why({ image_id: 8 })).toThrow('annotations[0].image_id is 8, which no image has');
  expect(why({ category_id: 'x' })).toThrow('annotations[0].category_id is x, which no category has');
  expect(why({ segmentation: [[1, 2, 3]] })).toThrow('annotations[0].segmentation[0] has 3 numbers');
  expect(why({ segmentation: [[1, 2, 3, 4]] })).toThrow('has 2 corners, expected three or more');
  expect(why({ segmentation: [[1, 2, 3, 4, null, 5]] })).toThrow(
    'segmentation[0][4] is null, expected a finite number',
  );
  expect(why({ segmentation: { size: [8, 6], counts: [48] } })).toThrow('size is 8,6, expected 6,8');
  expect(why({ segmentation: { size: [6, 8], counts: [47] } })).toThrow(
    'runs have 47 pixels, expected 8 × 6',
  );
  expect(why({ segmentation: { size: [6, 8], counts: [-1, 49] } })).toThrow('run 0 is -1');
  expect(why({ segmentation: { size: [6, 8], counts: 'é' } })).toThrow('character 0 of its counts');
  expect(() => readCoco({ ...coco([]), images: [{ id: 1, file_name: 'a', width: 0, height: 2 }] })).toThrow(
    'images[0].width is 0, expected an integer from 1 up',
  );
});

const cocotools = askerWith('pycocotools');
test.skipIf(!cocotools)('pycocotools reads and writes the same runs', async () => {
  const masks = Array.from({ length: 20 }, (_, k) =>
    Array.from({ length: 31 * 47 }, (_, i) =>
      Number(Math.sin(i * (k + 1) * 0.37) + Math.cos(i * 0.011 * k) > 0.6),
    ),
  );
  const theirs = cocotools!<string[]>(
    `
import numpy as np
from pycocotools import mask
result = [mask.encode(np.asfortranarray(np.array(m, dtype=np.uint8).reshape(31, 47)))['counts'].decode() for m in given]`,
    masks,
  );
  for (const [k, mask] of masks.entries()) {
    expect(encodeCounts(countsOf(mask, 47, 31))).toBe(theirs[k]);
    const json = {
      images: [{ id: 1, file_name: 'a.png', width: 47, height: 31 }],
      categories: [{ id: 1, name: 'x' }],
      annotations: [{ image_id: 1, category_id: 1, segmentation: { size: [31, 47], counts: theirs[k] } }],
    };
    const [image] = readCoco(json);
    expect([...(await drawShapes(image!.shapes, { width: 47, height: 31 }))]).toEqual(mask);
  }
});
