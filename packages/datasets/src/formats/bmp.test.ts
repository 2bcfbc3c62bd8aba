import { encode } from 'fast-bmp';
import { expect, test } from 'vitest';
import { folderOf } from '../fixtures/temporary.js';
import { listTree } from '../loaders/reading/tree.js';
import { readRaster } from './read-raster.js';

const limits = { pixelLimit: 10_000 };

const read = async (files: Record<string, string | Uint8Array>, path: string, more = {}) =>
  readRaster(await listTree(await folderOf(files)), path, { ...limits, ...more });

const grey = Uint8Array.from({ length: 15 }, (_, i) => 17 * i);

test('a BMP of 8 bits gives the greys of its palette, from the bottom up or from the top down', async () => {
  const bmp = Buffer.from(encode({ width: 5, height: 3, channels: 1, bitsPerPixel: 8, data: grey }));
  expect([...(await read({ 'a.bmp': bmp }, 'a.bmp')).data]).toEqual([...grey]);
  const inverted = Buffer.from(bmp);
  const palette = 14 + bmp.readUInt32LE(14);
  for (let i = 0; i < 256; i++) inverted.fill(255 - i, palette + 4 * i, palette + 4 * i + 3);
  expect([...(await read({ 'a.bmp': inverted }, 'a.bmp')).data]).toEqual(
    Array.from(grey, (value) => 255 - value),
  );
  const downward = Buffer.from(bmp);
  downward.writeInt32LE(-3, 22);
  const rows = [2, 1, 0].flatMap((row) => [...grey.subarray(5 * row, 5 * row + 5)]);
  expect([...(await read({ 'a.bmp': downward }, 'a.bmp')).data]).toEqual(rows);
});

test('a BMP of 1 or 24 bits gives its pixels', async () => {
  const bits = Uint8Array.from({ length: 40 * 3 }, (_, i) => (i * i) % 2);
  const bmp = encode({ width: 40, height: 3, channels: 1, bitsPerPixel: 1, data: bits });
  expect([...(await read({ 'a.bmp': bmp }, 'a.bmp')).data]).toEqual(Array.from(bits, (bit) => 255 * bit));
  const rgb = Uint8Array.from({ length: 45 }, (_, i) => 5 * i);
  const colour = encode({ width: 5, height: 3, channels: 3, bitsPerPixel: 24, data: rgb });
  expect([...(await read({ 'a.bmp': colour }, 'a.bmp')).data]).toEqual([...rgb]);
});
