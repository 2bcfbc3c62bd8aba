import { gzipSync } from 'node:zlib';
import { encode } from 'fast-bmp';
import { expect, test } from 'vitest';
import { folderOf, hugePng, nifti, picture } from '../fixtures/temporary.js';
import { listTree } from '../loaders/reading/tree.js';
import { readRaster } from './read-raster.js';

const limits = { pixelLimit: 10_000 };

const read = async (files: Record<string, string | Uint8Array>, path: string, more = {}) =>
  readRaster(await listTree(await folderOf(files)), path, { ...limits, ...more });

test('a header of 50,000 × 50,000 pixels is refused before anything is decoded', async () => {
  const bmp = Buffer.from(
    encode({ width: 1, height: 1, channels: 1, bitsPerPixel: 8, data: Uint8Array.of(1) }),
  );
  bmp.writeInt32LE(50_000, 18);
  bmp.writeInt32LE(50_000, 22);
  const huge = nifti([30_000, 30_000]);
  const files = { 'a.png': hugePng(), 'a.bmp': bmp, 'a.nii': huge, 'a.nii.gz': gzipSync(huge) };
  const before = process.memoryUsage().rss;
  for (const path of Object.keys(files)) {
    await expect(
      readRaster(await listTree(await folderOf(files)), path, { pixelLimit: 2 ** 26 }),
    ).rejects.toThrow(/limit/);
  }
  expect(process.memoryUsage().rss - before).toBeLessThan(200 * 2 ** 20);
});

test('truncated and foreign files are named', async () => {
  const noise = (x: number, y: number) => (x * 37 + y * 91 + x * y) % 256;
  const png = await picture(60, 60, noise);
  const jpeg = await picture(60, 60, noise, 'jpeg');
  const bmp = encode({ width: 60, height: 60, channels: 1, bitsPerPixel: 8, data: new Uint8Array(3600) });
  const whole: Record<string, Uint8Array> = {
    'a.png': png,
    'a.jpg': jpeg,
    'a.bmp': bmp,
    'a.nii': nifti([4, 4], Array(16).fill(1)),
  };
  for (const [path, bytes] of Object.entries(whole)) {
    await expect(read({ [path]: bytes.subarray(0, bytes.length - 40) }, path)).rejects.toThrow(`${path}: `);
    await expect(read({ [path]: 'plain text' }, path)).rejects.toThrow(`${path}: `);
    await expect(read({ [path]: '' }, path)).rejects.toThrow(`${path}: `);
  }
});
