import fc from 'fast-check';
import { expect, test } from 'vitest';
import { M1, RING, rows } from '../fixtures/grid.js';
import { askerWith } from '../fixtures/python.js';
import { encodeCoco, isCoco, type OutlinedImage, readCoco } from './coco.js';
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
  expect(why({ segmentation: [[1, 1, 2, 2, 1, 1]] })).toThrow('2 corners beside the one that closes it');
  expect(why({ segmentation: [[]] })).toThrow('has 0 corners');
  expect(why({ segmentation: SQUARE })).toThrow('segmentation[0] is 1, expected a list');
  expect(why({ segmentation: 'x' })).toThrow('segmentation is "x", expected an object');
  expect(why({ segmentation: { size: [6, 8, 1], counts: [48] } })).toThrow('size has 3 numbers');
  expect(why({ segmentation: { size: [6], counts: [48] } })).toThrow('size has 1 numbers');
  expect(why({ segmentation: { size: [6, 8] } })).toThrow('counts is undefined, expected a list');
  expect(why({ segmentation: { size: [6, 8], counts: [0.5, 47.5] } })).toThrow('run 0 is 0.5');
  expect(why({ segmentation: { size: [6, 8], counts: Array(50).fill(0) } })).toThrow(
    'it has 50 runs, more than its 8 × 6 pixels',
  );
  expect(why({ segmentation: { size: [6, 8], counts: '0'.repeat(100) } })).toThrow('more than 49 runs');
  expect(() => readCoco({ ...coco([]), categories: [3, 3].map((id) => ({ id, name: 'x' })) })).toThrow(
    'categories[1].id is 3, as of a category before',
  );
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

const masks = fc.array(fc.integer({ min: 0, max: 1 }), { minLength: 48, maxLength: 48 });

test('what is written comes back to the pixel, as polygons or, with a hole, as runs', async () => {
  await fc.assert(
    fc.asyncProperty(masks, masks, async (disc, cup) => {
      const text = encodeCoco([{ file: 'a.png', ...SIZE, masks: { disc, cup } }]);
      const [image] = readCoco(JSON.parse(text));
      for (const [label, mask] of Object.entries({ disc, cup })) {
        const own = image!.shapes.filter((shape) => shape.label === label);
        expect([...(await drawShapes(own, SIZE))]).toEqual(mask);
      }
    }),
  );
});

test('what is written has areas, boxes, polygons where they will do, and every image', () => {
  const grid = (rows: string[]) => Float32Array.from(rows.join(''), (cell) => (cell === '#' ? 0.7 : 0.3));
  const images: OutlinedImage[] = [
    { file: 'a.png', ...SIZE, masks: { disc: grid(M1), ['__proto__']: grid(RING) } },
    { file: 'b.png', ...SIZE, masks: { disc: new Uint8Array(48) } },
  ];
  const json = JSON.parse(encodeCoco(images));
  expect(json.images).toHaveLength(2);
  expect(json.categories.map(({ name }: { name: string }) => name)).toEqual(['disc', '__proto__']);
  expect(json.annotations).toMatchObject([
    { image_id: 1, category_id: 1, area: 9, bbox: [1, 1, 3, 3], segmentation: [[1, 1, 4, 1, 4, 4, 1, 4]] },
    { image_id: 1, category_id: 2, area: 24, bbox: [0, 0, 5, 5], segmentation: { size: [6, 8] } },
  ]);
  expect(JSON.parse(encodeCoco(images, { threshold: 0.8 })).annotations).toEqual([]);
  expect(() => encodeCoco([{ ...images[0]!, masks: { disc: [1] } }])).toThrow(
    'encodeCoco: there are 1 values',
  );
});

test.skipIf(!cocotools)('pycocotools decodes what is written', () => {
  const drawn = fc.sample(masks, { numRuns: 30, seed: 3 });
  const text = encodeCoco(drawn.map((disc, k) => ({ file: `${k}.png`, ...SIZE, masks: { disc } })));
  const theirs = cocotools!<number[][]>(
    `
from pycocotools import mask
result = []
for image in given['images']:
    found = [a for a in given['annotations'] if a['image_id'] == image['id']]
    seg = found[0]['segmentation'] if found else None
    if isinstance(seg, dict): result.append(mask.decode(seg).ravel().tolist())
    elif seg is None: result.append([0] * 48)
    else: result.append([])`,
    JSON.parse(text),
  );
  drawn.forEach((mask, k) => {
    // Its polygons are drawn with rounding of its own: runs alone are compared.
    if (theirs[k]!.length) expect(theirs[k]).toEqual(mask);
  });
});
