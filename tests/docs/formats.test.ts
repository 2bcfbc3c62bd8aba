import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import {
  encodeCoco,
  encodeGeoJson,
  encodeMetaImage,
  encodeNifti,
  encodeNrrd,
  encodePng,
  encodePnm,
  encodeTiff,
  folder,
  openAny,
  readImage,
} from '@diff/datasets';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { M1, rows } from '../../packages/datasets/src/fixtures/grid.js';
import { roi } from '../../packages/datasets/src/fixtures/roi.js';
import { folderOf } from '../../packages/datasets/src/fixtures/temporary.js';
import { greyBmp } from '../../packages/datasets/src/formats/bmp.js';
import { xlsx } from '../../packages/datasets/src/formats/xlsx.js';
import { root } from '../support/chromium.js';

/*
 * The table of docs/formats.md: each row has a small file here, which is read, written where the row says so, and refused for a
 * reason that the row gives.
 */

const table = readFileSync(join(root, 'docs/formats.md'), 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| '))
  .slice(1)
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .filter(([, name = '']) => !name.startsWith('---'));
const page = new Map(
  table.map(([, name = '', read = '', written = '', kept = '', refused = '']) => [
    name,
    { read, written, kept, refused },
  ]),
);

type Files = Record<string, string | Uint8Array>;

interface Checked {
  /** A file that is read. */
  file: () => Promise<[name: string, bytes: string | Uint8Array]>;
  /** What it must give: by default M1, as a mask of 8 × 6 pixels. */
  gives?: (path: string, root: string) => Promise<void>;
  /** The same by the writer that the row names. */
  written?: () => Promise<[name: string, bytes: string | Uint8Array]> | [string, string | Uint8Array];
  /** A file that is refused, and why. */
  refused?: () => Promise<[name: string, bytes: string | Uint8Array, why: RegExp]>;
}

const SIZE = { width: 8, height: 6 };
const MASK = Uint8Array.from(M1.join(''), (cell) => Number(cell === '#'));
const LEVELS = Float32Array.from(MASK);
const bytes = MASK.map((value) => 255 * value);
const raw = () => sharp(bytes, { raw: { ...SIZE, channels: 1 } }).toColourspace('b-w');
const SQUARE = [
  [1, 1],
  [4, 1],
  [4, 4],
  [1, 4],
];
const POLYGON = { type: 'Polygon', coordinates: [[...SQUARE, SQUARE[0]]] };
const image = { ...SIZE, channels: 1, data: LEVELS };
const two = { ...SIZE, depth: 2 };
const twice = Float32Array.from([...LEVELS, ...LEVELS]);
const json = (name: string, value: object) => async () => [name, JSON.stringify(value)] as [string, string];
const wrongJson = (value: object, why: RegExp) => async () =>
  ['case1.json', JSON.stringify(value), why] as [string, string, RegExp];
const labelMe = (shape: object) => ({
  shapes: [{ label: 'x', ...shape }],
  imagePath: 'case1.png',
  imageWidth: 8,
  imageHeight: 6,
});
const coco = (segmentation: unknown) => ({
  images: [{ id: 1, file_name: 'case1.png', ...SIZE }],
  categories: [{ id: 1, name: 'x' }],
  annotations: [{ image_id: 1, category_id: 1, segmentation }],
});
const cvat = (shapes: string) => `<annotations><version>1.1</version>${shapes}</annotations>`;
const via = (region_attributes: object) => ({
  a: {
    filename: 'case1.png',
    regions: [
      {
        shape_attributes: { name: 'polygon', all_points_x: [1, 4, 4, 1], all_points_y: [1, 1, 4, 4] },
        region_attributes,
      },
    ],
  },
});
const [u, v] = [100 / 8, 100 / 6];
const studio = (image_rotation: number) => [
  {
    data: { image: 'case1.png' },
    annotations: [
      {
        completed_by: 1,
        result: [
          {
            type: 'polygonlabels',
            value: { points: SQUARE.map(([x, y]) => [x! * u, y! * v]), polygonlabels: ['x'] },
            original_width: 8,
            original_height: 6,
            image_rotation,
          },
        ],
      },
    ],
  },
];
const supervisely = (geometryType: string) => ({
  size: SIZE,
  objects: [
    {
      classTitle: 'x',
      geometryType,
      points: {
        exterior: [
          [1, 1],
          [3, 1],
          [3, 3],
          [1, 3],
        ],
        interior: [],
      },
    },
  ],
});
const SIDE = [0, 1, 2, 3];
/** The pixels around columns and rows 1 to 3, one after the other. */
const around = [
  ...SIDE.map((k) => [k, 0]),
  ...SIDE.map((k) => [4, k]),
  ...SIDE.map((k) => [4 - k, 4]),
  ...SIDE.map((k) => [0, 4 - k]),
];
const lidc = (uid: string) =>
  `<LidcReadMessage><readingSession><unblindedReadNodule><roi>${uid}${around
    .map(([x, y]) => `<edgeMap><xCoord>${x}</xCoord><yCoord>${y}</yCoord></edgeMap>`)
    .join('')}</roi></unblindedReadNodule></readingSession></LidcReadMessage>`;

const FORMATS: Record<string, Checked> = {
  PNG: {
    file: async () => ['case1.png', await raw().png().toBuffer()],
    written: async () => ['case1.png', await encodePng(image, { bits: 16 })],
    refused: async () => ['case1.png', '<svg/>', /not a PNG, JPEG, TIFF or GIF/],
  },
  JPEG: { file: async () => ['case1.jpg', await raw().jpeg({ quality: 100 }).toBuffer()] },
  TIFF: {
    file: async () => ['case1.tif', await raw().tiff().toBuffer()],
    written: async () => ['case1.tiff', await encodeTiff(LEVELS, SIZE)],
    refused: async () => ['case1.tif', await encodeTiff(twice, two), /2 pages/],
  },
  GIF: { file: async () => ['case1.gif', await raw().gif().toBuffer()] },
  BMP: { file: async () => ['case1.bmp', greyBmp(bytes, 8, 6)] },
  'PGM, PPM': {
    file: async () => ['case1.pgm', `P2 8 6 1\n${MASK.join(' ')}\n`],
    written: () => ['case1.pgm', encodePnm(image)],
    refused: async () => ['case1.pgm', `P2 8 6 1\n${MASK.join(' ').replace('1', '2')}\n`, /is 2 of 1/],
  },
  NIfTI: {
    file: async () => ['case1.nii.gz', await encodeNifti(MASK, SIZE)],
    written: async () => ['case1.nii.gz', await encodeNifti(LEVELS, SIZE)],
    refused: async () => ['case1.nii.gz', await encodeNifti(twice, two), /2 slices: the option slice/],
  },
  NRRD: {
    file: async () => [
      'case1.nrrd',
      `NRRD0004\ntype: uchar\ndimension: 2\nsizes: 8 6\nencoding: ascii\n\n${MASK.join(' ')}\n`,
    ],
    written: async () => ['case1.nrrd', await encodeNrrd(LEVELS, SIZE)],
    refused: async () => [
      'case1.nrrd',
      'NRRD0004\ntype: uchar\ndimension: 2\nsizes: 8 6\nencoding: hex\n\n00',
      /hex/,
    ],
  },
  MetaImage: {
    file: async () => ['case1.mha', await encodeMetaImage(MASK, SIZE)],
    written: async () => ['case1.mha', await encodeMetaImage(LEVELS, SIZE)],
    refused: async () => ['case1.mha', await encodeMetaImage(twice, two), /2 slices: the option slice/],
  },
  COCO: {
    file: json('case1.json', coco([SQUARE.flat()])),
    written: () => ['case1.json', encodeCoco([{ file: 'case1.png', ...SIZE, masks: { x: MASK } }])],
    refused: wrongJson(coco({ size: [6, 8], counts: [1] }), /its runs have 1 pixels/),
  },
  LabelMe: {
    file: json('case1.json', labelMe({ points: SQUARE })),
    refused: wrongJson(labelMe({ shape_type: 'cube', points: SQUARE }), /shape_type is "cube"/),
  },
  CVAT: {
    file: async () => [
      'case1.xml',
      cvat(
        '<image name="case1.png" width="8" height="6"><polygon label="x" points="1,1;4,1;4,4;1,4"/></image>',
      ),
    ],
    refused: async () => ['case1.xml', cvat('<track/>'), /CVAT for video/],
  },
  VIA: {
    file: json('case1.json', via({ label: 'x' })),
    refused: wrongJson(via({ a: 'x', b: 'y' }), /expected one called label/),
  },
  'Label Studio': { file: json('case1.json', studio(0)), refused: wrongJson(studio(90), /turned by 90°/) },
  Supervisely: {
    file: json('case1.png.json', supervisely('polygon')),
    refused: wrongJson(supervisely('mesh'), /geometryType is "mesh"/),
  },
  GeoJSON: {
    file: json('case1.geojson', { type: 'Feature', geometry: POLYGON, properties: {} }),
    written: () => ['case1.geojson', encodeGeoJson({ x: MASK }, SIZE)],
    refused: wrongJson({ type: 'Feature', geometry: { type: 'Circle' } }, /type is "Circle"/),
  },
  ImageJ: {
    file: async () => ['case1.roi', roi({ type: 0, points: SQUARE.flat() })],
    refused: async () => [
      'case1.roi',
      roi({ type: 1, box: [0, 0, 5, 5], path: [0, 0, 0, 2, 1, 1, 2, 2] }),
      /curves/,
    ],
  },
  'LIDC XML': {
    file: async () => ['series.xml', lidc('<imageSOP_UID>case1</imageSOP_UID>')],
    refused: async () => ['series.xml', lidc(''), /imageSOP_UID is undefined/],
  },
  'CSV, XLSX': {
    file: async () => [
      'labels.xlsx',
      await xlsx([
        ['id', 'diagnosis'],
        ['case1', 1],
      ]),
    ],
    gives: async (path, under) => {
      const dataset = await folder(under, {
        image: 'image-{id}.png',
        label: { file: basename(path), id: 'id', diagnosis: 'diagnosis' },
      });
      expect(dataset.entries[0]).toMatchObject({ id: 'case1', diagnosis: 1 });
    },
  },
};

/** Rows whose files take more to make: tested beside their readers. */
const ELSEWHERE: Record<string, string> = {
  DICOM: 'dicom.test.ts',
  'DICOM segmentation': 'dicom-seg.test.ts',
  'DICOM structure set': 'dicom-seg.test.ts',
};
const suite = (name: string) => join(root, 'packages/datasets/src/formats', ELSEWHERE[name]!);

const withImage = async (name: string, content: string | Uint8Array): Promise<string> => {
  const files: Files = { [name]: content, 'image-case1.png': await encodePng(image) };
  return folderOf(files);
};

/** The one mask that a folder gives, as rows; the problem where there is none. */
async function maskIn(under: string, name: string): Promise<string[]> {
  const mask = name.replace('case1', '{id}');
  const dataset = await folder(under, { image: 'image-{id}.png', mask, panel: false });
  for await (const { annotations } of dataset.cases()) {
    const mask = Object.values(annotations).flatMap((raters) => Object.values(raters))[0];
    if (mask) return rows(mask, 8);
  }
  return dataset.problems.map(({ path, reason }) => `${path}: ${reason}`);
}

test('every row of the page is checked, and what is checked has a row', () => {
  const there = Object.keys(ELSEWHERE).filter((name) => page.has(name) || name === 'DICOM');
  for (const name of there) expect(existsSync(suite(name)), `the test of ${name}`).toBe(true);
  expect([...page.keys()].sort()).toEqual([...Object.keys(FORMATS), ...there].sort());
});

describe.each(Object.entries(FORMATS))('%s', (name, { file, gives, written, refused }) => {
  const row = page.get(name)!;

  test('is read', async () => {
    const [path, content] = await file();
    const under = await withImage(path, content);
    expect(row.read).not.toBe('');
    if (gives) await gives(path, under);
    else expect(await maskIn(under, path)).toEqual(M1);
  });

  test('is written where the row names a writer, and nowhere else', async () => {
    expect(/`encode\w+`/.test(row.written)).toBe(written !== undefined);
    if (!written) return;
    const [path, content] = await written();
    expect(await maskIn(await withImage(path, content), path)).toEqual(M1);
  });

  test.runIf(refused)('is refused with a reason', async () => {
    const [path, content, why] = await refused!();
    expect(row.refused).not.toBe('');
    expect((await maskIn(await withImage(path, content), path)).join('\n')).toMatch(why);
  });
});

test('values, place and depth are kept by the formats whose rows say so', async () => {
  const values = Float32Array.from({ length: 96 }, (_, i) => i / 95);
  const affine = [0.5, 0, 0, 1, 0, 0.75, 0, 2, 0, 0, 3, 4, 0, 0, 0, 1];
  const place = { ...two, affine, spacing: [0.5, 0.75, 3] };
  const files = {
    NIfTI: ['a.nii.gz', await encodeNifti(values, place)],
    NRRD: ['a.nrrd', await encodeNrrd(values, place)],
    MetaImage: ['a.mha', await encodeMetaImage(values, place)],
  } as const;
  for (const [name, [path, content]] of Object.entries(files)) {
    for (const word of ['values', 'affine', 'spacing', 'depth']) expect(page.get(name)!.kept).toContain(word);
    const whole = await folder(await folderOf({ [path]: content }), {
      image: `{id}${path.slice(1)}`,
      volume: true,
    });
    for await (const one of whole.cases()) {
      expect(one.image).toMatchObject({ depth: 2, ...SIZE });
      one.image.data.forEach((value, i) => expect(value).toBeCloseTo(values[i]!, 6));
      one.image.affine!.forEach((value, i) => expect(value).toBeCloseTo(affine[i]!, 5));
      one.image.spacing!.forEach((value, i) => expect(value).toBeCloseTo([0.5, 0.75, 3][i]!, 5));
    }
  }
  const deep = await readImage(
    join(
      await folderOf({
        'a.png': await encodePng({ ...image, data: LEVELS.map((x) => x * 0.30001) }, { bits: 16 }),
      }),
      'a.png',
    ),
  );
  expect(Math.max(...deep.data)).toBeCloseTo(0.30001, 4);
});

test('labels and raters are kept by the formats whose rows say so', async () => {
  const { annotations, ...rest } = coco([SQUARE.flat()]);
  const json = JSON.stringify({ ...rest, annotations: [{ ...annotations[0], rater: 'anna' }] });
  const dataset = await openAny(await folderOf({ '1.json': json }));
  expect([dataset.structures, dataset.raters]).toEqual([['x'], ['anna']]);
  expect(page.get('COCO')!.kept).toBe('size, labels, raters');
});
