import sharp from 'sharp';
import { expect, test } from 'vitest';
import { reader } from '../fixtures/read-raster.js';
import { encodeTiff } from './tiff.js';
import { pagesOf } from './tiff-pages.js';
import { TiffTags } from './tiff-tags.js';

const read = reader({ pixelLimit: 10_000 });
const values = Float32Array.from({ length: 60 }, (_, i) => Math.fround((i / 59) ** 3));
const volume = { width: 5, height: 3, depth: 4, spacing: [0.7, 0.1, 2.5] };

const descriptionOf = (bytes: Uint8Array) => {
  const tags = new TiffTags(bytes);
  const field = tags.directories[0]?.get(270);
  return field && tags.textOf(field);
};

/** The same file with other words in its description, as many. */
const reworded = (bytes: Uint8Array, from: string, to: string) => {
  const text = Buffer.from(bytes).toString('latin1');
  expect(text).toContain(from);
  return Buffer.from(text.replace(from, to.padEnd(from.length)), 'latin1');
};

test('a volume is a page per slice, with its spacing, and comes back exactly', async () => {
  const bytes = await encodeTiff(values, volume);
  const back = await read({ 'a.tif': bytes }, 'a.tif', { volume: true });
  expect(back).toMatchObject({ ...volume, channels: 1 });
  expect(back.data).toEqual(values);
  const slice = await read({ 'a.tif': bytes }, 'a.tif', { slice: 2 });
  expect([slice.data, slice.spacing]).toEqual([values.slice(30, 45), volume.spacing]);
  const about = await sharp(bytes).metadata();
  expect(about).toMatchObject({ pages: 4, depth: 'float', resolutionUnit: 'cm' });
  await expect(read({ 'a.tif': bytes }, 'a.tif')).rejects.toThrow(
    'it has 4 pages (4 slices): the option slice says',
  );
  await expect(read({ 'a.tif': bytes }, 'a.tif', { volume: true, voxelLimit: 59 })).rejects.toThrow('limit');
});

test('several channels are named, and not taken for a volume', async () => {
  const bytes = await encodeTiff(values, volume);
  const two = reworded(
    reworded(bytes, 'SizeZ="4" SizeC="1"', 'SizeZ="2" SizeC="2"'),
    '<Channel ID="Channel:0:0" SamplesPerPixel="1"/>',
    '<Channel Name="DAPI"/><Channel Name="GFP"/>',
  );
  await expect(read({ 'a.tif': two }, 'a.tif', { volume: true })).rejects.toThrow(
    'it has 4 pages (2 channels: DAPI, GFP; 2 slices), expected a volume: the option slice takes one page',
  );
  await expect(read({ 'a.tif': two }, 'a.tif')).rejects.toThrow(
    'it has 4 pages (2 channels: DAPI, GFP; 2 slices): ',
  );
  expect((await read({ 'a.tif': two }, 'a.tif', { slice: 3 })).data).toEqual(values.slice(45));
});

test('sizes are in millimetres, whatever their unit', async () => {
  const bytes = await encodeTiff(values.slice(0, 15), { width: 5, height: 3, spacing: [0.7, 0.1] });
  expect(pagesOf(Buffer.from(bytes))?.spacing).toEqual([0.7, 0.1]);
  const other = reworded(bytes, 'PhysicalSizeXUnit="mm"', 'PhysicalSizeXUnit="nm"');
  expect(pagesOf(other)?.spacing?.[0]).toBeCloseTo(0.7e-6, 15);
  const unknown = reworded(bytes, 'PhysicalSizeXUnit="mm"', 'PhysicalSizeXUnit="??"');
  expect(pagesOf(unknown)?.spacing).toBeUndefined();
  const broken = reworded(bytes, '<TiffData/>', '<TiffData>');
  expect(() => pagesOf(broken)).toThrow('XML not well-formed');
});

test('the notes of ImageJ tell of channels; a TIFF without words has none', async () => {
  const bytes = await encodeTiff(values, volume);
  const xml = descriptionOf(bytes)!;
  const notes = 'ImageJ=1.54f\nimages=4\nchannels=2\nslices=2\n';
  const file = reworded(bytes, xml.slice(0, 120), notes.padEnd(120));
  expect(pagesOf(file)?.pages).toMatchObject({ channels: 2, slices: 2, times: 1 });
  const plain = await encodeTiff(values.slice(0, 15), { width: 5, height: 3 });
  expect(descriptionOf(plain)).toBeUndefined();
  expect(descriptionOf(plain.subarray(0, 20))).toBeUndefined();
});
