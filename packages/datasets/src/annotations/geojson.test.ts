import { expect, test } from 'vitest';
import { M1, RING, rows } from '../fixtures/grid.js';
import { drawShapes } from './draw-shapes.js';
import { isGeoJson, readGeoJson } from './geojson.js';

const SIZE = { width: 8, height: 6 };
const square = (left: number, top: number, side: number) => [
  [left, top],
  [left + side, top],
  [left + side, top + side],
  [left, top + side],
  [left, top],
];
const feature = (geometry: object, properties: object = {}) => ({ type: 'Feature', geometry, properties });
const drawn = async (json: object) => rows(await drawShapes(readGeoJson(json as never)[0]!.shapes, SIZE), 8);

test('polygons with holes and multipolygons are read, in a collection, a list or alone', async () => {
  const polygon = feature({ type: 'Polygon', coordinates: [square(0, 0, 5), square(2, 2, 1)] });
  expect(await drawn({ type: 'FeatureCollection', features: [polygon] })).toEqual(RING);
  expect(await drawn([polygon])).toEqual(RING);
  const parts = feature({ type: 'MultiPolygon', coordinates: [[square(1, 1, 3)], [square(6, 4, 1)]] });
  expect(await drawn(parts)).toEqual([...M1.slice(0, 4), '......#.', '........']);
});

test('labels and raters are those of QuPath', () => {
  const polygon = { type: 'Polygon', coordinates: [square(0, 0, 5)] };
  const [{ shapes, notes } = { shapes: [], notes: [] }] = readGeoJson([
    feature(polygon, {
      classification: { name: 'Tumor', color: [200, 0, 0] },
      metadata: { Annotator: 'anna' },
    }),
    feature(polygon, { classification: { names: ['Tumor', 'Grade 3'] }, rater: 'ben' }),
    feature(polygon),
    feature({
      type: 'LineString',
      coordinates: [
        [1, 1],
        [2, 2],
      ],
    }),
  ]);
  expect(shapes.map(({ label, rater }) => [label, rater])).toEqual([
    ['Tumor', 'anna'],
    ['Tumor: Grade 3', 'ben'],
    ['object', undefined],
  ]);
  expect(notes).toEqual(['1 lines or points, which enclose nothing: left out']);
});

test('what is malformed is named', () => {
  const why = (geometry: object) => () => readGeoJson([feature(geometry)]);
  expect(
    why({
      type: 'Polygon',
      coordinates: [
        [
          [1, 1],
          [2, 2],
        ],
      ],
    }),
  ).toThrow('features[0].geometry.coordinates[0] has 2 corners');
  expect(why({ type: 'Polygon', coordinates: [[[1], [2, 2], [3, 3]]] })).toThrow(
    'coordinates[0][0] is an array of 1, expected x and y',
  );
  expect(why({ type: 'Polygon' })).toThrow('coordinates is undefined, expected a list');
  expect(why({ type: 'Circle' })).toThrow('features[0].geometry.type is "Circle"');
  expect(isGeoJson([])).toBe(false);
});
