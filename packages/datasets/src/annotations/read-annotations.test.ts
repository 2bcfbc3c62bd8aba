import fc from 'fast-check';
import { zipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { DataError } from '../dataset/problem.js';
import { roi } from '../fixtures/roi.js';
import { folderOf } from '../fixtures/temporary.js';
import { filesUnder } from '../formats/files.js';
import { drawShapes } from './draw-shapes.js';
import { readAnnotations } from './read-annotations.js';

const read = async (name: string, bytes: string | Uint8Array) =>
  readAnnotations(filesUnder(await folderOf({ [name]: bytes })), name);

const SIZE = { width: 8, height: 6 };
const SQUARE = [
  [1, 1],
  [4, 1],
  [4, 4],
  [1, 4],
];
const WHOLE: Record<string, [file: string, json: object]> = {
  COCO: [
    'a.json',
    {
      images: [{ id: 1, file_name: 'a.png', ...SIZE }],
      categories: [{ id: 1, name: 'x' }],
      annotations: [
        { image_id: 1, category_id: 1, segmentation: [SQUARE.flat()] },
        { image_id: 1, category_id: 1, segmentation: { size: [6, 8], counts: [4, 44] } },
        { image_id: 1, category_id: 1, segmentation: { size: [6, 8], counts: '4\\1' } },
      ],
    },
  ],
  LabelMe: [
    'a.json',
    {
      shapes: [
        { label: 'x', points: SQUARE, shape_type: 'polygon' },
        { label: 'x', points: SQUARE.slice(0, 2), shape_type: 'circle' },
        { label: 'x', points: SQUARE.slice(0, 2), shape_type: 'mask', mask: 'AAAA' },
      ],
      imagePath: 'a.png',
      imageWidth: 8,
      imageHeight: 6,
    },
  ],
  Supervisely: [
    'a.png.json',
    {
      size: SIZE,
      objects: [
        { classTitle: 'x', geometryType: 'polygon', points: { exterior: SQUARE, interior: [SQUARE] } },
        { classTitle: 'x', geometryType: 'bitmap', bitmap: { origin: [1, 1], data: 'eJwDAAAAAAE=' } },
      ],
    },
  ],
  GeoJSON: [
    'a.geojson',
    {
      type: 'FeatureCollection',
      features: [
        {
          type: 'Feature',
          geometry: { type: 'Polygon', coordinates: [SQUARE] },
          properties: { classification: { name: 'x' } },
        },
      ],
    },
  ],
  'Label Studio': [
    'a.json',
    [
      {
        data: { image: 'a.png' },
        annotations: [
          {
            completed_by: { id: 1, email: 'x' },
            result: [
              {
                type: 'polygonlabels',
                value: { points: SQUARE, polygonlabels: ['x'] },
                original_width: 8,
                original_height: 6,
              },
              {
                type: 'brushlabels',
                value: { format: 'rle', rle: [0, 0, 0, 192, 57, 27, 252], brushlabels: ['x'] },
                original_width: 8,
                original_height: 6,
              },
            ],
          },
        ],
      },
    ] as object,
  ],
  VIA: [
    'a.json',
    {
      a: {
        filename: 'a.png',
        regions: [
          {
            shape_attributes: { name: 'polygon', all_points_x: [1, 4, 4], all_points_y: [1, 1, 4] },
            region_attributes: { label: 'x' },
          },
        ],
      },
    },
  ],
};

/** Every place of a value in JSON. */
function placesIn(value: unknown, path: (string | number)[] = []): (string | number)[][] {
  if (typeof value !== 'object' || value === null) return [path];
  const inner = Object.entries(value).flatMap(([key, one]) => placesIn(one, [...path, key]));
  return path.length ? [path, ...inner] : inner;
}

function changed(json: object, path: readonly (string | number)[], value: unknown): object {
  const copy = structuredClone(json);
  let at = copy as Record<string | number, unknown>;
  for (const key of path.slice(0, -1)) at = at[key] as Record<string | number, unknown>;
  at[path.at(-1)!] = value;
  return copy;
}

const STRANGE: unknown[] = [
  null,
  true,
  '',
  'x',
  '__proto__',
  -1,
  0.5,
  1e308,
  [],
  [null],
  [[]],
  {},
  { length: 3 },
  { constructor: 1 },
];

describe.each(Object.entries(WHOLE))('%s', (format, [file, json]) => {
  test('is known by what is in it', async () => {
    expect(JSON.stringify(await formatOf(file, json))).toContain(format);
  });

  test('with anything anywhere is read, or refused by name; what is read can be drawn, or is refused', async () => {
    const root = await folderOf({});
    const files = { ...filesUnder(root) };
    for (const path of placesIn(json))
      for (const value of STRANGE) {
        files.read = async () => Buffer.from(JSON.stringify(changed(json, path, value)));
        const found = await readAnnotations(files, file).catch((error: unknown) => {
          expect(error).toBeInstanceOf(DataError);
          expect((error as Error).message).toMatch(/^a\.(?:png\.)?(?:geo)?json: ./);
          expect((error as Error).message).not.toMatch(/is not a function|Cannot read|undefined \(/);
          return undefined;
        });
        for (const { shapes } of found?.images ?? [])
          await drawShapes(shapes, SIZE).catch((error: unknown) => expect(error).toBeInstanceOf(Error));
      }
  });
});

/** The format, or the error that names it. */
async function formatOf(file: string, json: object): Promise<unknown> {
  return read(file, JSON.stringify(json)).then(
    ({ format }) => format,
    (error: Error) => error.message,
  );
}

test('ROIs with any byte changed are read, or refused by name', async () => {
  const whole = roi({ type: 0, points: SQUARE.flat(), floats: true, name: 'nodule', slice: 1 });
  const files = filesUnder(await folderOf({}));
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 4, max: whole.length - 1 }),
      fc.integer({ min: 0, max: 255 }),
      async (at, value) => {
        const bytes = Buffer.from(whole);
        bytes[at] = value;
        const found = await readAnnotations({ ...files, read: async () => bytes }, 'a.roi').catch(
          (error: unknown) => {
            expect(error).toBeInstanceOf(DataError);
            return undefined;
          },
        );
        for (const { shapes } of found?.images ?? []) await drawShapes(shapes, SIZE);
      },
    ),
    { numRuns: 1000 },
  );
});

test('more than the limits is refused before it is unpacked or drawn', async () => {
  const bomb = zipSync({ 'a.roi': new Uint8Array(2 ** 26 + 1) }, { level: 9 });
  expect(bomb.length).toBeLessThan(2 ** 18);
  await expect(read('a.zip', bomb)).rejects.toThrow('a.zip: it unpacks to more than 67108864 bytes');
  await expect(read('a.zip', zipSync({ 'readme.txt': new Uint8Array(3) }))).rejects.toThrow(
    'without .roi files',
  );
  await expect(read('a.zip', 'PK')).rejects.toThrow(DataError);
  const corners = Array.from({ length: 2 ** 20 + 1 }, (_, i) => [i % 7, i % 5]);
  const json = { type: 'Feature', geometry: { type: 'Polygon', coordinates: [corners] } };
  await expect(read('a.geojson', JSON.stringify(json))).rejects.toThrow(
    'have 1048577 corners, more than the limit',
  );
});

test('an outline whose corners are nowhere near a picture is refused, whatever the format', async () => {
  const far: [string, string | Uint8Array][] = [
    [
      'a.geojson',
      JSON.stringify({
        type: 'Feature',
        geometry: {
          type: 'Polygon',
          coordinates: [
            [
              [0, 0],
              [1e300, 1],
              [0, 9],
            ],
          ],
        },
      }),
    ],
    ['a.json', JSON.stringify(changed(WHOLE.COCO![1], ['annotations', 0, 'segmentation', 0, 3], -1e300))],
    [
      'a.png.json',
      JSON.stringify(changed(WHOLE.Supervisely![1], ['objects', 0, 'points', 'exterior', 1, 0], 2e9)),
    ],
    ['a.roi', roi({ type: 0, points: [0, 0, 1e30, 1, 0, 9], floats: true, box: [0, 0, 9, 9] })],
  ];
  for (const [name, bytes] of far)
    await expect(read(name, bytes)).rejects.toThrow(
      /has a corner at \S+, expected at most 1073741824 pixels/,
    );
  await expect(
    read(
      'a.geojson',
      '{"type": "Feature", "geometry": {"type": "Polygon", "coordinates": [[[0, 1e999], [1, 1], [2, 2]]]}}',
    ),
  ).rejects.toThrow('coordinates[0][0][1] is Infinity, expected a finite number');
});

test('an outline of very many edges that all cross the picture is refused, not drawn for hours', async () => {
  const zigzag = Array.from({ length: 40_000 }, (_, i) => [i % 7, i % 2 ? 9000 : -9000]);
  const { images } = await read(
    'a.png.json',
    JSON.stringify(changed(WHOLE.Supervisely![1], ['objects', 0, 'points', 'exterior'], zigzag)),
  );
  await expect(drawShapes(images[0]!.shapes, { width: 8, height: 8000 })).rejects.toThrow('cross more than');
});
