import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { readHeader, readImage as readVoxels } from 'nifti-reader-js';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { encodeNifti } from './encode-nifti.js';
import { encodePng } from './encode-png.js';
import { encodeTiff } from './encode-tiff.js';
import { folderOf } from './fixtures/temporary.js';
import { readImage } from './read-image.js';
import { resize } from './resize.js';

const size = { width: 5, height: 3 };
const values = Float32Array.from({ length: 15 }, (_, i) => Math.fround((i / 14) ** 3 + 1e-7 * i));

test('libtiff reads the floats of a TIFF exactly, one channel', async () => {
  const bytes = await encodeTiff(values, size);
  expect(await sharp(bytes).metadata()).toMatchObject({
    ...size,
    format: 'tiff',
    depth: 'float',
    channels: 1,
  });
  const { buffer, byteOffset } = await sharp(bytes).toColourspace('b-w').raw({ depth: 'float' }).toBuffer();
  expect(new Float32Array(buffer, byteOffset, 15)).toEqual(values);
});

test('nifti-reader-js reads the floats and the bytes of a NIfTI file exactly', async () => {
  for (const plane of [values, Uint8Array.from({ length: 15 }, (_, i) => 17 * i)]) {
    const memory = new Uint8Array(gunzipSync(await encodeNifti(plane, size))).buffer;
    const header = readHeader(memory);
    expect(header.dims.slice(0, 3)).toEqual([2, 5, 3]);
    expect(new (plane.constructor as Float32ArrayConstructor)(readVoxels(header, memory))).toEqual(plane);
  }
});

test('a PNG keeps every one of its steps, grey or in colour, in 8 bits and 16', async () => {
  for (const [bits, depth] of [
    [8, 'uchar'],
    [16, 'ushort'],
  ] as const) {
    const white = 2 ** bits - 1;
    for (const channels of [1, 3]) {
      const steps = Array.from({ length: 15 * channels }, (_, i) => Math.floor((i * white) / 44));
      const data = Float32Array.from(steps, (step) => step / white);
      const bytes = await encodePng({ ...size, channels, data }, { bits });
      expect(await sharp(bytes).metadata()).toMatchObject({ ...size, depth, channels });
      const image = channels === 1 ? sharp(bytes).toColourspace(bits === 8 ? 'b-w' : 'grey16') : sharp(bytes);
      const raw = await (bits === 16 && channels === 3 ? image.toColourspace('rgb16') : image)
        .raw({ depth })
        .toBuffer();
      const read = bits === 8 ? raw : new Uint16Array(raw.buffer, raw.byteOffset, raw.length / 2);
      expect(Array.from(read)).toEqual(steps);
    }
  }
});

test('planes of another length are refused', async () => {
  const message = 'there are 15 values, expected 4 × 5 × 1 = 20';
  const wrong = { width: 5, height: 4 };
  await expect(encodeTiff(values, wrong)).rejects.toThrow(new RangeError(`encodeTiff: ${message}`));
  await expect(encodeNifti(values, wrong)).rejects.toThrow(new RangeError(`encodeNifti: ${message}`));
  expect(() => encodePng({ ...wrong, data: values, channels: 1 })).toThrow(
    new RangeError(`encodePng: ${message}`),
  );
  expect(() => resize({ ...wrong, data: values, channels: 1 }, 3)).toThrow(
    new RangeError(`resize: ${message}`),
  );
});

test('an image is made smaller by means, larger by interpolation, and of its own size stays itself', () => {
  const image = { data: Float32Array.of(0, 1, 0.5, 0.25, 0, 0.25, 1, 1), width: 4, height: 2, channels: 1 };
  expect(resize(image, { width: 2, height: 1 })).toEqual({
    data: Float32Array.of(0.3125, 0.6875),
    width: 2,
    height: 1,
    channels: 1,
  });
  expect(Array.from(resize(image, { width: 8, height: 2 }, { by: 'bilinear' }).data.subarray(0, 4))).toEqual([
    0, 0.25, 0.75, 0.875,
  ]);
  expect(resize(image, { width: 4, height: 2 })).toBe(image);
  expect(() => resize(image, 0)).toThrow('resize: size is 0, expected whole numbers from 1 up');
});

test('one image file is read as it was written, in the channels asked for; what is wrong with it names it', async () => {
  const image = { ...size, channels: 3, data: Float32Array.from({ length: 45 }, (_, i) => i / 255) };
  const root = await folderOf({ 'a.png': await encodePng(image), 'b.png': 'no picture' });
  expect(await readImage(join(root, 'a.png'))).toEqual(image);
  const grey = await readImage(join(root, 'a.png'), { channels: 1 });
  expect(grey.data[1]).toBeCloseTo((0.299 * 3 + 0.587 * 4 + 0.114 * 5) / 255, 6);
  await writeFile(join(root, 'c.nii.gz'), await encodeNifti(values, size));
  expect((await readImage(join(root, 'c.nii.gz'))).data[14]).toBe(1);
  await expect(readImage(join(root, 'b.png'))).rejects.toThrow('b.png: Input file contains unsupported');
  await expect(readImage(join(root, 'd.png'))).rejects.toThrow('d.png: ');
  await expect(readImage(join(root, 'a.png'), { pixelLimit: 10 })).rejects.toThrow('a.png: ');
});
