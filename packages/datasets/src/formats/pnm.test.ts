import { expect, test } from 'vitest';
import { reader } from '../fixtures/read-raster.js';
import { encodePnm } from './pnm.js';

const read = reader({ pixelLimit: 10_000 });

test('PGM and PPM, as text and binary, of 8 and 16 bits', async () => {
  const files: Record<string, Uint8Array> = {
    'p2.pgm': Buffer.from('P2 # grey\n3 1 # wide, high\n255\n0 128\n255\n'),
    'p5.pgm': Buffer.from([...Buffer.from('P5\n3 1\n255\n'), 0, 128, 255]),
    'wide.pgm': Buffer.from([...Buffer.from('P5 3 1 65535\n'), 0, 0, 128, 1, 255, 255]),
    'p3.ppm': Buffer.from('P3\n1 1\n255\n1 2 3'),
    'p6.ppm': Buffer.from([...Buffer.from('P6\n#c\n1 1\n255\n'), 1, 2, 3]),
  };
  const found = await Promise.all(Object.keys(files).map((path) => read(files, path)));
  expect(found.map(({ data }) => [...data])).toEqual([
    [0, 128, 255],
    [0, 128, 255],
    [0, 0x8001, 0xffff],
    [1, 2, 3],
    [1, 2, 3],
  ]);
  expect(found.map(({ channels, white }) => [channels, white])).toEqual([
    [1, 255],
    [1, 255],
    [1, 65535],
    [3, 255],
    [3, 255],
  ]);
});

test('a mask of 0 and 1 whose maximum is 1 keeps its values', async () => {
  expect(await read({ 'a.pgm': 'P2 2 1 1\n0 1\n' }, 'a.pgm')).toMatchObject({
    data: Uint8Array.of(0, 1),
    range: [0, 1],
    white: undefined,
  });
});

test('a PGM file is refused by what is wrong with it', async () => {
  const wrong = {
    'P5 3 1 255\n\0\0': 'truncated: 2 bytes, expected 3',
    'P5 200 200 255\n': 'more than the limit of 10000',
    'P2 2 1 100\n0 101\n': 'level 1 is 101 of 100',
    'P2 2 1 255\n0 256\n': 'level 1 is 256, beyond its maximum',
    'P2 2 1 255\n0 x\n': 'level 1 is "x", expected a whole number',
    'P2 2 1 255\n0\n': 'it has 1 levels, expected 2',
    'P2 2 1 70000\n0 0\n': 'its maximum is 70000, expected 1 to 65535',
    'P5 1 1 255\n\0P5 1 1 255\n\0': 'it holds more than one picture',
    'P4 1 1\n\0': 'not a PGM or PPM file',
  };
  for (const [text, reason] of Object.entries(wrong))
    await expect(read({ 'a.pgm': text }, 'a.pgm')).rejects.toThrow(reason);
});

test('what is written comes back', async () => {
  for (const channels of [1, 3]) {
    const data = Float32Array.from({ length: 6 * channels }, (_, i) => i / (6 * channels - 1));
    for (const bits of [8, 16] as const) {
      const bytes = encodePnm({ data, width: 3, height: 2, channels }, { bits });
      const white = 2 ** bits - 1;
      const raster = await read({ 'a.ppm': bytes }, 'a.ppm');
      expect(raster).toMatchObject({ width: 3, height: 2, channels, white });
      expect([...raster.data]).toEqual([...data].map((level) => Math.round(level * white)));
    }
  }
  const grey = { data: Float32Array.of(0, 1), width: 2, height: 1, channels: 1 };
  expect([...encodePnm(grey)]).toEqual([...Buffer.from('P5\n2 1\n255\n'), 0, 255]);
  expect([...encodePnm(grey, { bits: 16 })]).toEqual([...Buffer.from('P5\n2 1\n65535\n'), 0, 0, 255, 255]);
});
