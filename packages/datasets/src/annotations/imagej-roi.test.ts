import { expect, test } from 'vitest';
import { M1, RING, rows } from '../fixtures/grid.js';
import { roi } from '../fixtures/roi.js';
import { drawShapes } from './draw-shapes.js';
import { readRois } from './imagej-roi.js';

const SIZE = { width: 8, height: 6 };
const read = (...rois: Buffer[]) => readRois(rois.map((bytes, i) => ({ file: `${i}.roi`, bytes })))[0]!;
const drawn = async (...rois: Buffer[]) => rows(await drawShapes(read(...rois).shapes, SIZE), 8);
const SQUARE = [1, 1, 4, 1, 4, 4, 1, 4];

test('polygons of integers and of floats, rectangles and ovals are read', async () => {
  for (const type of [0, 7, 8]) expect(await drawn(roi({ type, points: SQUARE }))).toEqual(M1);
  expect(await drawn(roi({ type: 0, points: SQUARE, floats: true }))).toEqual(M1);
  expect(await drawn(roi({ type: 1, box: [1, 1, 4, 4] }))).toEqual(M1);
  const oval = ['........', '...##...', '..####..', '..####..', '...##...', '........'];
  expect(await drawn(roi({ type: 2, box: [2, 1, 6, 5] }))).toEqual(oval);
});

test('composites have holes', async () => {
  const path = [0, 0, 0, 1, 5, 0, 1, 5, 5, 1, 0, 5, 4, 0, 2, 2, 1, 3, 2, 1, 3, 3, 1, 2, 3, 4];
  expect(await drawn(roi({ type: 1, box: [0, 0, 5, 5], path }))).toEqual(RING);
});

test('a name that the user gave is the label', () => {
  const labels = ['nodule', '0003-0005', undefined].map(
    (name) => read(roi({ type: 0, points: SQUARE, name })).shapes[0]!.label,
  );
  expect(labels).toEqual(['nodule', 'object', 'object']);
  expect(read(roi({ type: 3 })).notes).toEqual(['1 lines, points or texts, which enclose nothing: left out']);
});

test('what is malformed is named', () => {
  const whole = roi({ type: 0, points: SQUARE });
  expect(() => read(Buffer.from('no roi'))).toThrow('not a ROI of ImageJ');
  for (let length = 4; length < 80; length++)
    expect(() => read(whole.subarray(0, length))).toThrow('truncated');
  expect(() => read(whole, roi({ type: 0, points: [1, 1] }))).toThrow(
    '1.roi: 1 corners, expected three or more',
  );
  expect(() => read(roi({ type: 1, box: [0, 0, 5, 5], path: [0, 0, 0, 2, 1, 1, 2, 2] }))).toThrow(
    'a composite with curves',
  );
  expect(() => read(roi({ type: 0, points: SQUARE, floats: true, strange: true }))).toThrow(
    'coordinate 0 is NaN',
  );
  expect(() => read(roi({ type: 0, points: SQUARE, fitted: true }))).toThrow(
    'a curve that is fitted through its corners (spline)',
  );
  const slices = [1, 2].map((slice) => roi({ type: 0, points: SQUARE, slice }));
  expect(() => read(...slices)).toThrow('its outlines lie in the slices 1, 2');
});

test('a box of floats is read, and refused where it is none', async () => {
  expect(await drawn(roi({ type: 1, exact: [0.6, 0.6, 3, 3] }))).toEqual(M1);
  const wrong: [number, number, number, number][] = [
    [Number.NaN, 1, 3, 3],
    [1, Number.POSITIVE_INFINITY, 3, 3],
    [1, 1, Number.NaN, 3],
    [1, 1, 3, Number.POSITIVE_INFINITY],
    [1, 1, -3, 3],
    [1, 1, 3, 0],
  ];
  for (const type of [1, 2])
    for (const exact of wrong)
      expect(() => read(roi({ type, exact }))).toThrow(
        `its box is ${exact[2]} × ${exact[3]} at ${exact[0]}, ${exact[1]}, expected finite numbers`,
      );
  expect(() => read(roi({ type: 2, box: [4, 1, 1, 4] }))).toThrow('its box is -3 × 3 at 4, 1');
});

test('texts and pictures, which are rectangles to ImageJ, enclose nothing', () => {
  for (const subtype of [1, 4])
    expect(read(roi({ type: 1, box: [1, 1, 4, 4], subtype }))).toMatchObject({
      shapes: [],
      notes: ['1 lines, points or texts, which enclose nothing: left out'],
    });
});
