import { expect, test } from 'vitest';
import { block, folderOf, picture } from '../fixtures/temporary.js';
import { listTree } from '../loaders/reading/tree.js';
import { readRaster } from './read-raster.js';

const limits = { pixelLimit: 10_000 };

const read = async (files: Record<string, string | Uint8Array>, path: string, more = {}) =>
  readRaster(await listTree(await folderOf(files)), path, { ...limits, ...more });

const colours = (x: number, y: number) => [10 * x, 20 * y, 200];

test.each(['png', 'tiff', 'gif', 'jpeg'] as const)('a %s file gives its pixels', async (format) => {
  const { data, width, height, channels } = await read(
    { [`a.${format}`]: await picture(6, 4, colours, format) },
    `a.${format}`,
  );
  expect([width, height, channels % 4]).toEqual([6, 4, format === 'gif' ? 0 : 3]);
  for (let i = 0; i < 24; i++) {
    colours(i % 6, Math.floor(i / 6)).forEach((value, c) => {
      expect(Math.abs(data[i * channels + c]! - value)).toBeLessThan(format === 'jpeg' ? 25 : 1);
    });
  }
});

test('a grey file gives one channel, whether PNG, JPEG or TIFF', async () => {
  for (const format of ['png', 'jpeg', 'tiff'] as const) {
    const raster = await read(
      { a: '', [`b.${format}`]: await picture(5, 5, block(1, 1, 3), format) },
      `b.${format}`,
    );
    expect(raster.channels).toBe(1);
    expect(raster.data[12]).toBeGreaterThan(250);
  }
});
