import sharp from 'sharp';
import { expect, test } from 'vitest';
import { reader } from '../fixtures/read-raster.js';
import { encodePnm } from '../formats/pnm.js';
import { checkOneHue } from './one-hue.js';

const read = reader({ pixelLimit: 100 });
const mask = { grey: true, oneHue: true };
const png = (pixels: number[][]) =>
  sharp(Uint8Array.from(pixels.flat()), {
    raw: { width: pixels.length, height: 1, channels: pixels[0]!.length as 3 | 4 },
  })
    .png()
    .toBuffer();
const ppm = (pixels: number[][]) =>
  encodePnm({
    data: Float32Array.from(pixels.flat(), (v) => v / 255),
    width: pixels.length,
    height: 1,
    channels: 3,
  });
const [black, red, green, dark, white] = [
  [0, 0, 0],
  [255, 0, 0],
  [0, 128, 0],
  [64, 1, 0],
  [255, 255, 255],
];

test('a mask in shades of one colour is read, whichever it is and whatever the format', async () => {
  const inside = async (path: string, bytes: Uint8Array) => {
    const { data, channels } = await read({ [path]: bytes }, path, mask);
    expect(channels).toBe(1);
    return [...data].map((value) => value > 0);
  };
  for (const pixels of [
    [black, green, black],
    [black, red, black],
    [black, white, black],
  ]) {
    expect(await inside('a.png', await png(pixels))).toEqual([false, true, false]);
    expect(await inside('a.ppm', await ppm(pixels))).toEqual([false, true, false]);
  }
  expect(await inside('a.png', await png([black, red, dark]))).toEqual([false, true, true]);
});

test('of several colours none is taken for outside by how dark it is', async () => {
  for (const pixels of [
    [black, red, green],
    [green, black, red],
    [white, red, black],
  ]) {
    await expect(read({ 'a.png': await png(pixels) }, 'a.png', mask)).rejects.toThrow(
      'a.png: it has several colours, such as',
    );
    await expect(read({ 'a.ppm': await ppm(pixels) }, 'a.ppm', mask)).rejects.toThrow(
      'a.ppm: it has several colours, such as',
    );
    // Of an image, colour is no fault.
    expect((await read({ 'a.png': await png(pixels) }, 'a.png', { grey: true })).channels).toBe(1);
  }
});

test('colours that cannot be seen do not count', () => {
  const seen = (pixel: number[], alpha: number) => [...pixel, alpha];
  const data = (alpha: number) =>
    Uint8Array.from([seen(white, alpha), seen(red, 255), seen(black, 255)].flat());
  expect(() => checkOneHue({ data: data(0), channels: 4 })).not.toThrow();
  expect(() => checkOneHue({ data: data(9), channels: 4 })).toThrow('255, 255, 255 and 255, 0, 0');
});
