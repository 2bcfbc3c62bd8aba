import { expect, test } from 'vitest';
import { block, folderOf, picture } from '../../fixtures/temporary.js';
import { folder } from '../folder.js';
import type { LoaderOptions } from './options.js';

/** 20 × 10 pixels: red by column, green by row; one rater's block at (12, 2), another's at (13, 3). */
const root = async () =>
  folderOf({
    'a.png': await picture(20, 10, (x, y) => [10 * x, 20 * y, 0]),
    'disc/1/a.png': await picture(20, 10, block(12, 2, 4)),
    'disc/2/a.png': await picture(20, 10, block(13, 3, 4)),
    'cup/1/a.png': await picture(20, 10, block(13, 3, 1)),
    'cup/2/a.png': await picture(20, 10, () => 0),
  });

async function one(options: LoaderOptions) {
  const dataset = await folder(await root(), {
    image: '{id}.png',
    mask: '{structure}/{rater}/{id}.png',
    ...options,
  });
  for await (const loaded of dataset.cases()) return { ...loaded, dataset };
  throw new Error(dataset.problems.map(({ reason }) => reason).join());
}

test('without options, image and masks come as they are in the file', async () => {
  const { image, annotations } = await one({});
  expect([image.width, image.height, image.channels]).toEqual([20, 10, 3]);
  expect([...image.data.subarray(3, 6)].map((level) => Math.round(level * 255))).toEqual([10, 0, 0]);
  expect(annotations.disc!['1']).toBeInstanceOf(Uint8Array);
});

test('stretched to a size, a picture fills it; masks stay 0 and 1 by nearest and are shares by area', async () => {
  const { image, annotations } = await one({ size: 10 });
  expect([image.width, image.height]).toEqual([10, 10]);
  // Columns 0 and 1 are 0 and 10 of 255.
  expect(image.data[0]! * 255).toBeCloseTo(5, 4);
  expect(Array.from(annotations.disc!['1']!).reduce((a, b) => a + b)).toBe(2 * 4);
  const { annotations: soft } = await one({ size: 10, maskBy: 'area' });
  expect(soft.disc!['2']).toBeInstanceOf(Float32Array);
  // Columns 13 to 16 are half of output column 6, all of 7, half of 8.
  expect([...soft.disc!['2']!.subarray(35, 40)]).toEqual([0, 0.5, 1, 0.5, 0]);
});

test('with its proportions kept, a picture lies between black bars', async () => {
  const { image, annotations } = await one({ size: 20, aspect: 'keep' });
  const row = (y: number) => image.data.subarray(y * 60, (y + 1) * 60);
  expect(row(4).every((level) => level === 0)).toBe(true);
  expect(row(15).every((level) => level === 0)).toBe(true);
  expect(row(14)[58]! * 255).toBeCloseTo(180, 3);
  expect(annotations.disc!['1']![(5 + 2) * 20 + 12]).toBe(1);
  expect(annotations.disc!['1']![(5 + 1) * 20 + 12]).toBe(0);
});

test('bilinear interpolates between pixel centres', async () => {
  const { image } = await one({ size: { width: 40, height: 10 }, imageBy: 'bilinear' });
  const red = (x: number) => image.data[x * 3]! * 255;
  expect([red(0), red(1), red(2), red(3)].map((v) => Math.round(v * 100) / 100)).toEqual([0, 2.5, 7.5, 12.5]);
});

test("cropped around a structure, a picture is a square about all its raters' masks, with a margin", async () => {
  // The box of both raters is 5 × 5 at (12, 2); a margin of 0.2 is one pixel on every edge.
  const { image, annotations, meta } = await one({ crop: { around: 'disc', margin: 0.2 } });
  expect(meta!.crop).toEqual({ left: 11, top: 1, width: 7, height: 7 });
  expect([image.width, image.height]).toEqual([7, 7]);
  expect(Math.round(image.data[0]! * 255)).toBe(110);
  expect(annotations.disc!['1']![7 + 1]).toBe(1);
  expect(Array.from(annotations.disc!['1']!).reduce((a, b) => a + b)).toBe(16);
  // Beyond the picture all is black.
  const wide = await one({ crop: { around: 'disc', margin: 1 } });
  expect(wide.meta!.crop).toEqual({ left: 7, top: -3, width: 15, height: 15 });
  expect(wide.image.data.subarray(0, 45).every((level) => level === 0)).toBe(true);
});

test('cropped around the centre, a picture is its middle square, less the margin', async () => {
  expect((await one({ crop: { around: 'centre' } })).meta!.crop).toEqual({
    left: 5,
    top: 0,
    width: 10,
    height: 10,
  });
  expect((await one({ crop: { around: 'centre', margin: 0.2 } })).meta!.crop).toEqual({
    left: 7,
    top: 2,
    width: 6,
    height: 6,
  });
});

test('a case with nothing to crop around is skipped, and told', async () => {
  const dataset = await folder(await root(), {
    image: '{id}.png',
    mask: '{structure}/{rater}/{id}.png',
    raters: ['2'],
    crop: { around: 'cup' },
  });
  const { decoded, problems } = await dataset.describe();
  expect(decoded).toBe(0);
  expect(problems.map(({ path, reason, outcome }) => [path, reason, outcome])).toEqual([
    ['a.png', 'nobody outlined the cup to crop around', 'skipped'],
  ]);
});

test('one channel is grey by Rec. 601, three repeat it', async () => {
  const { image } = await one({ channels: 1 });
  expect(image.data).toHaveLength(200);
  expect(image.data[20 + 3]! * 255).toBeCloseTo(0.299 * 30 + 0.587 * 20, 4);
  const grey = await folder(
    await folderOf({ 'a.png': await picture(4, 4, (x) => 9 * x), 'm/a.png': await picture(4, 4, () => 0) }),
    {
      image: '{id}.png',
      mask: 'm/{id}.png',
      channels: 3,
    },
  );
  for await (const { image: colour } of grey.cases()) {
    expect([...colour.data.subarray(3, 6)].map((level) => Math.round(level * 255))).toEqual([9, 9, 9]);
  }
});

test('chosen raters and structures alone are read', async () => {
  const { annotations, dataset } = await one({ raters: ['2'], structures: ['disc'] });
  expect(Object.keys(annotations)).toEqual(['disc']);
  expect(Object.keys(annotations.disc!)).toEqual(['2']);
  expect([dataset.raters, dataset.structures]).toEqual([['2'], ['disc']]);
});

test('bad options are refused by name', async () => {
  await expect(one({ size: 0 })).rejects.toThrow('folder: size is 0, expected a positive integer');
  await expect(one({ raters: ['9'] })).rejects.toThrow('folder: raters has "9", expected some of "1", "2"');
  await expect(one({ structures: ['iris'] })).rejects.toThrow('folder: structures has "iris"');
  await expect(one({ crop: { around: 'centre', margin: 0.5 } })).rejects.toThrow(
    'folder: crop.margin is 0.5',
  );
  await expect(one({ crop: { around: 'iris' } })).rejects.toThrow('folder: crop.around is "iris"');
  await expect(one({ pixelLimit: 0 })).rejects.toThrow('folder: pixelLimit is 0');
  // @ts-expect-error: the type says so too.
  await expect(one({ channels: 2 })).rejects.toThrow('folder: channels is 2');
});

test('images beyond the pixel limit are refused', async () => {
  await expect(one({ pixelLimit: 100 })).rejects.toThrow(/limit/);
});
