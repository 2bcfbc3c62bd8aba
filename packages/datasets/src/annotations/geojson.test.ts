import fc from 'fast-check';
import { expect, test } from 'vitest';
import { M1, RING, rows } from '../fixtures/grid.js';
import { drawShapes } from './draw-shapes.js';
import { encodeGeoJson, isGeoJson, readGeoJson } from './geojson.js';

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
  for (const type of ['Polygon', 'MultiPolygon'])
    expect(why({ type, coordinates: [] })).toThrow('coordinates is empty, expected rings of corners');
  expect(why({ type: 'MultiPolygon', coordinates: [[]] })).toThrow('coordinates[0] is empty');
  const there = [
    [1, 1],
    [2, 2],
    [1, 1],
  ];
  expect(why({ type: 'Polygon', coordinates: [there] })).toThrow('2 corners beside the one that closes it');
  expect(() => readGeoJson([{ type: 'Feature', geometry: null }])).toThrow(
    'features[0].geometry is null, expected an object',
  );
  const polygon = { type: 'Polygon', coordinates: [square(0, 0, 5)] };
  const inPlane = (z: number) => feature({ ...polygon, plane: { c: -1, z, t: 0 } });
  expect(readGeoJson([inPlane(2), inPlane(2)])[0]!.shapes).toHaveLength(2);
  expect(() => readGeoJson([inPlane(2), feature(polygon)])).toThrow(
    'its outlines lie in 2 planes (z 2, t 0; z 0, t 0)',
  );
  expect(why({ type: 'Polygon' })).toThrow('coordinates is undefined, expected a list');
  expect(why({ type: 'Circle' })).toThrow('features[0].geometry.type is "Circle"');
  expect(isGeoJson([])).toBe(false);
});

test('what is written comes back to the pixel, with closed rings', async () => {
  const masks = fc.array(fc.integer({ min: 0, max: 1 }), { minLength: 48, maxLength: 48 });
  await fc.assert(
    fc.asyncProperty(masks, masks, async (disc, cup) => {
      const json = JSON.parse(encodeGeoJson({ disc, cup }, SIZE));
      const [image] = readGeoJson(json);
      for (const [label, mask] of Object.entries({ disc, cup })) {
        const own = image!.shapes.filter((shape) => shape.label === label);
        expect([...(await drawShapes(own, SIZE))]).toEqual(mask);
      }
      for (const { geometry } of json.features) {
        const polygons = geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates;
        for (const ring of polygons.flat()) expect(ring.at(-1)).toEqual(ring[0]);
      }
    }),
  );
  expect(() => encodeGeoJson({ disc: [1] }, SIZE)).toThrow('encodeGeoJson: there are 1 values');
  expect(() => encodeGeoJson({}, SIZE, { level: 1 } as never)).toThrow('level');
});
