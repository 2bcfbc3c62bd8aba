import { deflateSync, gunzipSync, gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { DataError } from '../dataset/problem.js';
import { dicomImage } from '../fixtures/dicom.js';
import { folderOf } from '../fixtures/temporary.js';
import { encodeDicomSeg } from './encode-dicom-seg.js';
import { encodeNifti } from './encode-nifti.js';
import { encodeMetaImage } from './metaimage.js';
import { encodeNrrd } from './nrrd.js';
import { encodePnm } from './pnm.js';
import { readRaster } from './read-raster.js';
import { encodeTiff } from './tiff.js';

/** How many damaged files of each format are read. */
const COUNT = 300;

const extent = {
  ...{ width: 6, height: 5, depth: 3 },
  affine: [-0.5, 0, 0, 10, 0, -0.75, 0, -20, 0, 0, 5, 25, 0, 0, 0, 1],
};
const floats = Float32Array.from({ length: 90 }, (_, i) => (i % 7) / 7);
const mask = Uint8Array.from({ length: 90 }, (_, i) => Number(i % 3 === 0));

const whole: Record<string, () => Promise<Uint8Array> | Uint8Array> = {
  'a.nii.gz': () => encodeNifti(floats, extent),
  'a.nii': async () => gunzipSync(await encodeNifti(floats, extent)),
  'a.nrrd': () => encodeNrrd(floats, extent),
  'text.nrrd': () =>
    Buffer.from(
      `NRRD0004\ntype: uint8\ndimension: 2\nsizes: 6 2\nencoding: text\n\n${[...mask.subarray(0, 12)].join(' ')}\n`,
    ),
  'a.mha': () => encodeMetaImage(mask, extent),
  'a.pgm': () => encodePnm({ data: floats.subarray(0, 30), width: 6, height: 5, channels: 1 }, { bits: 16 }),
  'a.tif': () => encodeTiff(floats, extent),
  'frames.dcm': () => dicomImage([...mask], { width: 6, height: 5, places: [1, 2, 3] }),
  'seg.dcm': () => encodeDicomSeg({ a: mask }, extent),
};

/** Numbers from 0 to 1: mulberry32. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let value = Math.imul(state ^ (state >>> 15), 1 | state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return ((value ^ (value >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A copy with some bytes changed, a part cut out or put in twice, or its end cut off. */
function damaged(bytes: Uint8Array, next: () => number): Uint8Array {
  const at = () => Math.floor(next() * bytes.length);
  const kind = next();
  if (kind < 0.2) return bytes.subarray(0, at());
  if (kind < 0.35) {
    const [from, to] = [at(), at()].sort((a, b) => a - b) as [number, number];
    return Buffer.concat([bytes.subarray(0, from), bytes.subarray(kind < 0.28 ? to : Math.max(0, from - 8))]);
  }
  const copy = Uint8Array.from(bytes);
  for (let k = 0; k < 1 + 4 * next(); k++)
    copy[at()] = [0, 255, 48 + 10 * next(), 256 * next()][Math.floor(4 * next())]!;
  return copy;
}

test.each(Object.keys(whole))(
  'a damaged %s is an error that names it, or a raster that is whole',
  async (path) => {
    const bytes = await whole[path]!();
    const next = random(20);
    let refused = 0;
    for (let k = 0; k < COUNT; k++) {
      const file = damaged(bytes, next);
      const files = { root: '', read: async () => Buffer.from(file) };
      try {
        const raster = await readRaster(files, path, { pixelLimit: 1e4, voxelLimit: 1e4, volume: true });
        const { width, height, depth = 1, channels } = raster;
        for (const { data } of raster.layers ?? [raster]) {
          expect(data).toHaveLength(width * height * depth * channels);
          expect(data.every(Number.isFinite)).toBe(true);
        }
        for (const place of [raster.affine, raster.spacing])
          expect(place?.every(Number.isFinite) ?? true).toBe(true);
      } catch (error) {
        expect([error instanceof DataError, (error as Error).message, k]).toEqual([
          true,
          expect.stringMatching(new RegExp(`^${path}: (?!.*\\[object|.*undefined)`, 's')),
          k,
        ]);
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(COUNT / 20);
  },
);

test('what unpacks without end is refused before it takes memory', async () => {
  const zeros = Buffer.alloc(2 ** 27);
  const mha = Buffer.concat([
    Buffer.from(
      'NDims = 2\nCompressedData = True\nDimSize = 20 20\nElementType = MET_UCHAR\nElementDataFile = LOCAL\n',
    ),
    deflateSync(zeros),
  ]);
  const root = await folderOf({ 'a.mha': mha, 'a.dcm.gz': gzipSync(zeros) });
  const before = process.memoryUsage().rss;
  const read = async (path: string) =>
    readRaster(
      { root, read: async () => Buffer.from(path === 'a.mha' ? mha : gzipSync(zeros.subarray(0, 2 ** 26))) },
      path,
      {
        pixelLimit: 1e4,
      },
    );
  expect((await read('a.mha')).data).toHaveLength(400);
  await expect(read('a.dcm.gz')).rejects.toThrow('it unpacks to more than');
  expect(process.memoryUsage().rss - before).toBeLessThan(100 * 2 ** 20);
});
