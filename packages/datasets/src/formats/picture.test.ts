import sharp from 'sharp';
import { expect, test } from 'vitest';
import { block, folderOf, picture } from '../fixtures/temporary.js';
import { listTree } from '../loaders/reading/tree.js';
import { encodePng } from './png.js';
import { readRaster } from './read-raster.js';
import { encodeTiff } from './tiff.js';

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

const m = Array.from({ length: 48 }, (_, i) => {
  const [x, y] = [i % 8, Math.floor(i / 8)];
  return x >= 1 && x < 4 && y >= 1 && y < 4 ? 1 : 0;
});
const raw = (values: number[], channels: 1 | 2 | 3 | 4, width = 8) =>
  sharp(Uint8Array.from(values), { raw: { width, height: values.length / channels / width, channels } });
const mask = async (bytes: Uint8Array, more = {}) => [
  ...(await read({ a: bytes }, 'a', { grey: true, ...more })).data,
];

test('a transparency that carries the mask is the mask; one that fights with the colours is refused', async () => {
  const white = m.flatMap((value) => [255, 255, 255, 255 * value]);
  expect(await mask(await raw(white, 4).png().toBuffer())).toEqual(m.map((value) => 255 * value));
  const opaque = m.flatMap((value) => [255 * value, 255 * value, 255 * value, 255]);
  expect(await mask(await raw(opaque, 4).png().toBuffer())).toEqual(m.map((value) => 255 * value));
  const both = m.flatMap((value, i) => [255 * value, 255 * value, 255 * value, i < 24 ? 255 : 0]);
  await expect(mask(await raw(both, 4).png().toBuffer())).rejects.toThrow(
    'save the mask without an alpha channel',
  );
});

test('of a palette of colours a mask has the indices, of one of greys the levels', async () => {
  const red = m.flatMap((value) => [128 * value, 0, 0]);
  const bytes = await raw(red, 3).png({ palette: true }).toBuffer();
  expect((await sharp(bytes).metadata()).isPalette).toBe(true);
  const found = await mask(bytes);
  expect(new Set(found).size).toBe(2);
  expect(found.map((index) => Number(index === found[9]))).toEqual(m);
  const grey = m.flatMap((value) => [200 * value, 200 * value, 200 * value]);
  expect(await mask(await raw(grey, 3).png({ palette: true }).toBuffer())).toEqual(
    m.map((value) => 200 * value),
  );
});

test('16 bits and floats keep their depth', async () => {
  const low = await encodePng(
    { data: Float32Array.from(m, (value) => value / 65535), width: 8, height: 6, channels: 1 },
    { bits: 16 },
  );
  expect(await mask(low)).toEqual(m);
  const levels = Float32Array.from({ length: 48 }, (_, i) => Math.fround(i / 47));
  const tiff = await read({ a: await encodeTiff(levels, { width: 8, height: 6 }) }, 'a');
  expect([tiff.data, tiff.range]).toEqual([levels, [0, 1]]);
});

/** A TIFF of several pages, 8 bits, one strip each. */
function pagesOf(pages: number[][], width: number): Buffer {
  const parts: Buffer[] = [Buffer.from([0x49, 0x49, 42, 0, 8, 0, 0, 0])];
  let at = 8;
  pages.forEach((values, k) => {
    const fields = [
      [256, width],
      [257, values.length / width],
      [258, 8],
      [259, 1],
      [262, 1],
      [273, at + 2 + 12 * 9 + 4],
      [277, 1],
      [278, values.length / width],
      [279, values.length],
    ];
    const directory = Buffer.alloc(2 + 12 * 9 + 4);
    directory.writeUInt16LE(9, 0);
    fields.forEach(([tag, value], i) => {
      directory.writeUInt16LE(tag!, 2 + 12 * i);
      directory.writeUInt16LE(4, 4 + 12 * i);
      directory.writeUInt32LE(1, 6 + 12 * i);
      directory.writeUInt32LE(value!, 10 + 12 * i);
    });
    at += directory.length + values.length;
    directory.writeUInt32LE(k + 1 < pages.length ? at : 0, directory.length - 4);
    parts.push(directory, Buffer.from(values));
  });
  return Buffer.concat(parts);
}

test('of several pages the option slice says which, and none is taken in silence', async () => {
  const inside = m.map((value) => 255 * value);
  const stack = pagesOf([m.map(() => 0), inside, inside], 8);
  await expect(mask(stack)).rejects.toThrow('it has 3 pages: the option slice says which to take, from 0');
  expect(await mask(stack, { slice: 1 })).toEqual(inside);
  expect(await mask(stack, { slice: 0 })).toEqual(m.map(() => 0));
});

test('a picture is turned as its EXIF orientation says', async () => {
  const turned = await raw(
    m.map((value) => 255 * value),
    1,
  )
    .toColourspace('b-w')
    .withMetadata({ orientation: 6 })
    .png()
    .toBuffer();
  const found = await read({ a: turned }, 'a', { grey: true });
  expect([found.width, found.height]).toEqual([6, 8]);
  // Orientation 6: the first row is on the right.
  const expected = Array.from({ length: 48 }, (_, i) => 255 * m[(5 - (i % 6)) * 8 + Math.floor(i / 6)]!);
  expect([...found.data]).toEqual(expected);
});

test('an SVG is refused by what it is, whatever its name', async () => {
  const svg =
    '<svg xmlns="http://www.w3.org/2000/svg" width="60000" height="60000"><rect width="9" height="9"/></svg>';
  await expect(read({ 'a.png': svg }, 'a.png')).rejects.toThrow('not a PNG, JPEG, TIFF or GIF file');
});
