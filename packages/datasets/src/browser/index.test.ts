import { writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readImage } from '../formats/read-image.js';
import { decodeNifti, decodeOutlines, encodeCoco, encodeGeoJson, encodeNifti } from './index.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'browser-'));
});
afterAll(() => rm(folder, { recursive: true }));

test('nothing of Node is asked for, and nothing that needs it', async () => {
  const { metafile } = await build({
    entryPoints: [fileURLToPath(new URL('index.ts', import.meta.url))],
    ...{ bundle: true, write: false, metafile: true, format: 'esm', logLevel: 'silent' },
    ...{ platform: 'browser', conditions: ['@diff/source'], splitting: true, outdir: folder },
  });
  const names = Object.keys(metafile.inputs).join('\n');
  expect(names).toContain('annotations/coco.ts');
  expect(names).not.toMatch(/sharp|csv-parse|fast-xml/);
});

const volume = Float32Array.from({ length: 60 }, (_, i) => i / 8 - 2);
const place = { spacing: [0.5, 0.75, 2], affine: [0, 0.75, 0, 3, 0.5, 0, 0, 4, 0, 0, 2, 5, 0, 0, 0, 1] };

test.each([true, false])('decodeNifti gives what readImage reads, packed: %s', async (isPacked) => {
  const { gunzipSync } = await import('node:zlib');
  const packed = await encodeNifti(volume, { width: 5, height: 4, depth: 3, ...place });
  const bytes = isPacked ? packed : new Uint8Array(gunzipSync(packed));
  const path = join(folder, isPacked ? 'volume.nii.gz' : 'volume.nii');
  writeFileSync(path, bytes);
  const whole = await decodeNifti(bytes, { volume: true });
  expect(whole).toEqual(await readImage(path, { volume: true, stored: true }));
  expect(whole.data).toEqual(volume);
  const slice = await decodeNifti(bytes, { slice: 1 });
  expect(slice).toEqual(await readImage(path, { slice: 1, stored: true }));
  expect(slice.data).toEqual(volume.slice(20, 40));
});

test('decodeNifti refuses what is none, truncated, too large, or not asked for well', async () => {
  const packed = await encodeNifti(volume, { width: 5, height: 4, depth: 3 });
  await expect(decodeNifti(Uint8Array.of(1, 2, 3))).rejects.toThrow(RangeError);
  await expect(decodeNifti(packed.subarray(0, 100), { volume: true })).rejects.toThrow(RangeError);
  await expect(decodeNifti(gzipSync(new Uint8Array(2000)))).rejects.toThrow('not a NIfTI file');
  await expect(decodeNifti(packed, { volume: true, voxelLimit: 59 })).rejects.toThrow('limit of 59');
  await expect(decodeNifti(packed)).rejects.toThrow('it has 3 slices');
  await expect(decodeNifti('bytes' as never)).rejects.toThrow('expected a Uint8Array');
  await expect(decodeNifti(packed, { slices: 1 } as never)).rejects.toThrow('slices');
});

const size = { width: 7, height: 5 };
// A ring with a hole, and a dot.
const mask = Uint8Array.from('0111000' + '0101000' + '0111010' + '0000000' + '0000000', Number);
const encode = (text: string) => new TextEncoder().encode(text);

test('decodeOutlines gives the masks again that were outlined', async () => {
  const coco = decodeOutlines(encode(encodeCoco([{ file: 'a.png', ...size, masks: { cup: mask } }])));
  expect(coco).toMatchObject({ format: 'COCO', images: [{ name: 'a.png', ...size }] });
  expect(await coco.images[0]!.draw(size)).toEqual([{ label: 'cup', mask }]);
  const geoJson = decodeOutlines(encode(encodeGeoJson({ cup: mask }, size)));
  expect(geoJson).toMatchObject({ format: 'GeoJSON' });
  expect(geoJson.images[0]).not.toHaveProperty('width');
  expect(await geoJson.images[0]!.draw(size)).toEqual([{ label: 'cup', mask }]);
});

test('decodeOutlines tells raters apart, and draws the PNG of LabelMe by the decoder that it is given', async () => {
  const square = [
    [0, 0],
    [2, 0],
    [2, 2],
    [0, 2],
  ];
  const feature = (rater: string) => ({
    type: 'Feature',
    geometry: { type: 'Polygon', coordinates: [square] },
    properties: { rater },
  });
  const features = encode(JSON.stringify([feature('anna'), feature('ben')]));
  const masks = await decodeOutlines(features).images[0]!.draw(size);
  expect(masks.map(({ rater }) => rater)).toEqual(['anna', 'ben']);

  const shape = { label: 'cup', shape_type: 'mask', points: [square[1], [4, 1]], mask: 'iVBO' };
  const about = { imagePath: 'a.png', imageWidth: 7, imageHeight: 5 };
  const labelMe = encode(JSON.stringify({ ...about, shapes: [shape] }));
  const given: number[][] = [];
  const decodePng = async (png: Uint8Array) => {
    given.push([...png]);
    return { data: Uint8Array.of(9, 0, 9), width: 3, channels: 1 };
  };
  const [drawn] = await decodeOutlines(labelMe, { decodePng }).images[0]!.draw(size);
  expect(given).toEqual([[137, 80, 78]]);
  expect([...drawn!.mask.keys()].filter((i) => drawn!.mask[i])).toEqual([2, 4]);
  await expect(decodeOutlines(labelMe).images[0]!.draw(size)).rejects.toThrow('the option decodePng');
});

test('decodeOutlines refuses other files, and another size than the file gives', async () => {
  expect(() => decodeOutlines(encode('{"a": 1}'))).toThrow(
    'decodeOutlines: JSON of none of the formats COCO, LabelMe, GeoJSON, Label Studio',
  );
  expect(() => decodeOutlines(encode('no'))).toThrow(RangeError);
  expect(() => decodeOutlines(encode('{}'), { png: 1 } as never)).toThrow('png');
  const { images } = decodeOutlines(encode(encodeCoco([{ file: 'a.png', ...size, masks: { cup: mask } }])));
  await expect(images[0]!.draw({ width: 5, height: 7 })).rejects.toThrow("expected the file's 7 × 5");
});
