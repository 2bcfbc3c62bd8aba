import { gunzipSync } from 'node:zlib';
import {
  encodeDicomSeg,
  encodeMetaImage,
  encodeNifti,
  encodeNrrd,
  encodePng,
  encodePnm,
  encodeTiff,
} from '@diff/datasets';
import { readSafetensors, sealJson, unsealJson, writeSafetensors } from '@diff/train';
import { checkConfig } from 'diff-pipeline';
import sharp from 'sharp';
import { parse } from 'yaml';
import { drawShapes } from '../../packages/datasets/src/annotations/draw-shapes.js';
import { readAnnotations } from '../../packages/datasets/src/annotations/read-annotations.js';
import { dicomImage, dicomStructureSet } from '../../packages/datasets/src/fixtures/dicom.js';
import { dicomPacked } from '../../packages/datasets/src/fixtures/dicom-packed.js';
import { roi } from '../../packages/datasets/src/fixtures/roi.js';
import { greyBmp } from '../../packages/datasets/src/formats/bmp.js';
import type { Files } from '../../packages/datasets/src/formats/files.js';
import type { PictureOptions } from '../../packages/datasets/src/formats/picture.js';
import { readRaster } from '../../packages/datasets/src/formats/read-raster.js';
import { readRows } from '../../packages/datasets/src/formats/table.js';
import { xlsx } from '../../packages/datasets/src/formats/xlsx.js';
import { unzip } from '../../packages/datasets/src/formats/zip.js';
import { annotationFiles } from './annotation-files.js';
import { checkFinite } from './check-finite.js';
import { isMistake } from './mistake.js';

/** A parser of ours: small good files, made by code, and what reads one. */
export interface Parser {
  seeds(): Promise<readonly Uint8Array[]>;
  read(bytes: Buffer): Promise<unknown>;
}

/** Some bytes as a file of this name; nothing lies beside it. */
const alone = (path: string, bytes: Buffer): Files => ({
  root: '/',
  tableLimit: 2 ** 20,
  async read(name, limit = 2 ** 30) {
    if (name !== path) throw new Error(`${name}: no such file`);
    if (bytes.length > limit) throw new Error(`${name}: too large`);
    return bytes;
  },
});

/** Small limits: whatever would take more memory has to be refused first. */
const LIMITS = { pixelLimit: 2 ** 16, voxelLimit: 2 ** 18 };
const WAYS: Partial<PictureOptions>[] = [
  { volume: true },
  { slice: 0, grey: true, oneHue: true },
  { nan: 'outside', firstOf: 9 },
  {
    onto: {
      ...{ data: new Uint8Array(30), width: 6, height: 5, channels: 1, range: [0, 1] },
      affine: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1],
    },
  },
];
const picture = (path: string, seeds: Parser['seeds']): Parser => ({
  seeds,
  async read(bytes) {
    let refused: unknown;
    let read = 0;
    for (const more of WAYS)
      try {
        checkFinite(await readRaster(alone(path, bytes), path, { ...LIMITS, ...more }));
        read++;
      } catch (error) {
        if (isMistake(error)) throw error;
        refused = error;
      }
    if (!read) throw refused;
  },
});

const size = { width: 6, height: 5 };
const values = Float32Array.from({ length: 30 }, (_, i) => (i % 7) / 6);
const bytes = Uint8Array.from(values, (value) => Math.round(255 * value));
const volume = { width: 3, height: 2, depth: 5, spacing: [0.5, 2, 3] };
const affine = { ...volume, affine: [0, 2, 0, 5, -2, 0, 0, 6, 0, 0, 3, 7, 0, 0, 0, 1] };
const raw = () => sharp(bytes, { raw: { ...size, channels: 1 } });
const image = { ...size, data: values, channels: 1 };
const square: [number, number, number][] = [
  [1, 1, 0],
  [4, 1, 0],
  [4, 4, 0],
  [1, 4, 0],
];
const contour = [
  ['30060042', 'CS', 'CLOSED_PLANAR'],
  ['30060046', 'IS', '4'],
  ['30060050', 'DS', square.flat().join('\\')],
] as const;
const text = (value: unknown) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));

/** Reads outlines and draws them. */
const outlines = (path: string) => async (given: Buffer) => {
  const { images } = await readAnnotations(alone(path, given), path);
  for (const { shapes } of images) await drawShapes(shapes, { width: 8, height: 6 });
};

export const parsers: Record<string, Parser> = {
  png: picture('a.png', async () => [
    await encodePng(image, { bits: 16 }),
    await encodePng(image),
    await raw().toColourspace('srgb').png({ palette: true }).toBuffer(),
  ]),
  tiff: picture('a.tif', async () => [
    await encodeTiff(values, size),
    await encodeTiff(values, volume),
    await raw().tiff({ compression: 'none' }).toBuffer(),
    await raw().tiff({ compression: 'lzw' }).toBuffer(),
  ]),
  bmp: picture('a.bmp', async () => [greyBmp(bytes, 6, 5)]),
  pnm: picture('a.pgm', async () => [
    encodePnm(image, { bits: 16 }),
    encodePnm(image),
    text('P2\n# c\n3 2\n255\n1 2 3 4 5 255\n'),
    text('P3 1 2 65535 7 7 7 65535 65535 65535 '),
  ]),
  nifti: picture('a.nii', async () => [
    gunzipSync(await encodeNifti(values, size)),
    gunzipSync(await encodeNifti(values, affine)),
    await encodeNifti(bytes, volume),
  ]),
  nrrd: picture('a.nrrd', async () => [
    await encodeNrrd(values, affine),
    await encodeNrrd(bytes, size),
    text('NRRD0004\ntype: float\ndimension: 2\nsizes: 2 2\nencoding: text\nspacings: 1 2\n\n1 2 3 4.5\n'),
  ]),
  metaimage: picture('a.mha', async () => [
    await encodeMetaImage(values, affine),
    await encodeMetaImage(bytes, size),
    text(
      'NDims = 2\nDimSize = 2 2\nElementType = MET_FLOAT\nBinaryData = False\nElementDataFile = LOCAL\n1 2 3 4',
    ),
  ]),
  dicom: picture('a.dcm', async () => [
    dicomImage([1, 2, 3, 4, 5, 6], { width: 3, height: 2 }),
    dicomImage([1, 2, 3, 4, 5, 6], { width: 1, height: 2, places: [1, 2, 3] }),
    dicomPacked(
      '1.2.840.10008.1.2.5',
      [Buffer.concat([Buffer.from([1, 0, 0, 0, 64]), Buffer.alloc(59), Buffer.from([3, 1, 2, 3, 4])])],
      { width: 2, height: 2, bits: 8 },
    ),
    dicomPacked('1.2.840.10008.1.2.4.50', [await raw().jpeg().toBuffer()], { ...size, bits: 8 }),
    dicomStructureSet('cup', [contour]),
    encodeDicomSeg({ cup: bytes.map((value) => Number(value > 99)) }, affine),
  ]),
  table: {
    seeds: async () => [
      text('id,label,patient\na.png,1,p\n"b ""2""",0,\n'),
      await xlsx([
        ['id', 'label'],
        ['a', 1],
        ['b', undefined, 'c'],
      ]),
    ],
    async read(given) {
      for (const row of await readRows(alone('a.csv', given), 'a.csv')) row.get('id', 'label');
    },
  },
  zip: {
    seeds: async () => [await xlsx([['id', 1]])],
    read: (given) => unzip(given, 2 ** 20),
  },
  ...Object.fromEntries(
    annotationFiles.map(({ name, path, files }) => [
      name,
      { seeds: async () => files.map(text), read: outlines(path) },
    ]),
  ),
  roi: {
    seeds: async () => [
      roi({ type: 0, points: [1, 1, 4, 1, 4, 4], name: 'cup' }),
      roi({ type: 7, points: [1, 1, 4, 1, 4, 4], floats: true, slice: 3 }),
      roi({ type: 2, box: [1, 1, 4, 5] }),
      roi({ type: 9, path: [0, 1, 1, 1, 4, 1, 1, 4, 4, 4, 0, 2, 2, 1, 3, 2, 1, 3, 3, 4] }),
    ],
    read: outlines('a.roi'),
  },
  safetensors: {
    seeds: async () => [
      writeSafetensors({
        tensors: new Map([['a', { shape: [2], data: new Float32Array([1, 2]) }]]),
        metadata: { b: 'c' },
      }),
    ],
    read: async (given) => readSafetensors(given, 'a.safetensors'),
  },
  marker: {
    seeds: async () => [await sealJson({ key: 'a', seconds: 1, seals: ['b'], result: { c: [1] } })],
    read: (given) => unsealJson(given, 'a.json'),
  },
  config: {
    seeds: async () => [
      text(
        'seed: 3\nrounds: 2\ndata: { cases: 24, size: 32 }\nsegmentation:\n  arms:\n    - { network: T&G, label: DF-GT }\n',
      ),
    ],
    read: async (given) => checkConfig(parse(given.toString('utf8'))),
  },
};
