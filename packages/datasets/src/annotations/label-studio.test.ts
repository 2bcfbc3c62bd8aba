import { encode } from '@thi.ng/rle-pack';
import { expect, test } from 'vitest';
import { M1, RING, rows } from '../fixtures/grid.js';
import { drawShapes } from './draw-shapes.js';
import { isLabelStudio, readLabelStudio } from './label-studio.js';
import { readBrush } from './label-studio-rle.js';

const SIZE = { width: 8, height: 6 };
const result = (type: string, value: object, more = {}) => ({
  id: 'a',
  type,
  value,
  original_width: 8,
  original_height: 6,
  image_rotation: 0,
  ...more,
});
const task = (annotations: object[]) => [
  {
    id: 1,
    data: { image: '/data/upload/1/0123abcd-case1.png' },
    file_upload: '0123abcd-case1.png',
    annotations,
    predictions: [],
  },
];
const [u, v] = [100 / 8, 100 / 6];
const POLYGON = result('polygonlabels', {
  points: [
    [u, v],
    [4 * u, v],
    [4 * u, 4 * v],
    [u, 4 * v],
  ],
  closed: true,
  polygonlabels: ['nodule'],
});
const by = (completed_by: unknown, results: object[], more = {}) => ({
  completed_by,
  result: results,
  ...more,
});
const drawn = async (one: object) =>
  rows(await drawShapes(readLabelStudio(task([by(1, [one])]))[0]!.shapes, SIZE), 8);

/** A mask as Label Studio packs it: a picture of four channels, the fourth what is inside. */
function brush(grid: readonly string[]): number[] {
  const samples = [...grid.join('')].flatMap((cell) => [0, 0, 0, cell === '#' ? 255 : 0]);
  return [...encode(Uint8Array.from(samples), samples.length)];
}

test('polygons, rectangles, ellipses and brushes are read in percent', async () => {
  expect(await drawn(POLYGON)).toEqual(M1);
  const rectangle = { x: u, y: v, width: 3 * u, height: 3 * v, rotation: 0, rectanglelabels: ['nodule'] };
  expect(await drawn(result('rectanglelabels', rectangle))).toEqual(M1);
  const turned = { ...rectangle, x: 4 * u, rotation: 90 };
  expect(await drawn(result('rectanglelabels', turned))).toEqual(M1);
  const ellipse = {
    x: 4 * u,
    y: 3 * v,
    radiusX: 2 * u,
    radiusY: 2 * v,
    rotation: 0,
    ellipselabels: ['nodule'],
  };
  expect((await drawn(result('ellipselabels', ellipse)))[1]).toBe('...##...');
  expect(
    await drawn(result('brushlabels', { format: 'rle', rle: brush(RING), brushlabels: ['nodule'] })),
  ).toEqual(RING);
});

test('brushes that the packer of Label Studio makes come back, whatever is in them', () => {
  for (let k = 1; k < 40; k++) {
    const grid = Array.from({ length: 6 }, (_, y) =>
      Array.from({ length: 8 }, (_, x) => (Math.sin(k * (x + 9 * y)) > k / 40 - 0.5 ? '#' : '.')).join(''),
    );
    const { runs } = readBrush(Uint8Array.from(brush(grid)), SIZE);
    const cells = Array.from(runs, (run, i) => (i % 2 ? '#' : '.').repeat(run)).join('');
    expect(cells).toBe(grid.join(''));
  }
});

test('who completed an annotation is the rater, also of nothing; the later of two counts', () => {
  const [image] = readLabelStudio(
    task([
      by(7, [POLYGON]),
      by({ id: 8, email: 'ben@example.org' }, []),
      by(9, [POLYGON], { was_cancelled: true }),
      by(7, [POLYGON, POLYGON]),
    ]),
  );
  expect(image).toMatchObject({ name: '/data/upload/1/0123abcd-case1.png', shortName: 'case1.png', ...SIZE });
  expect(image!.raters).toEqual(['7', 'ben@example.org']);
  expect(image!.shapes.map(({ rater }) => rater)).toEqual(['7', '7']);
  expect(image!.notes).toEqual(['two annotations by rater 7: the later one counts']);
});

test('a region and its label may be two results', async () => {
  const value = {
    points: [
      [u, v],
      [4 * u, v],
      [4 * u, 4 * v],
      [u, 4 * v],
    ],
    labels: ['nodule'],
  };
  expect(await drawn(result('polygon', value))).toEqual(M1);
  const [image] = readLabelStudio(task([by(1, [result('choices', { choices: ['ill'] })])]));
  expect(image!.notes).toEqual(['1 results that are no labelled areas: left out']);
});

test('what is malformed is named', () => {
  const why = (one: object) => () => readLabelStudio(task([by(1, [one])]));
  expect(why({ ...POLYGON, image_rotation: 90 })).toThrow(
    'task 0, annotation 0, result 0 is of an image turned by 90°',
  );
  expect(why(result('polygonlabels', { points: [[1, 1]], polygonlabels: ['a'] }))).toThrow(
    'result 0: points has 1 corners',
  );
  expect(why(result('brushlabels', { format: 'rle', rle: [1, 2], brushlabels: ['a'] }))).toThrow(
    'its rle ends too early',
  );
  expect(
    why(result('brushlabels', { format: 'rle', rle: [0, 0, 0, 9, 0, 0, 0, 0], brushlabels: ['a'] })),
  ).toThrow('its rle has 9 samples, expected 4 × 8 × 6');
  expect(why({ ...POLYGON, original_width: 'x' })).toThrow('original_width is "x"');
  expect(isLabelStudio([{ image: '/data/upload/1/a.png' }])).toBe(false);
});
