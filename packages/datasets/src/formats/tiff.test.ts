import sharp from 'sharp';
import { expect, test } from 'vitest';
import { encodeTiff } from './tiff.js';

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
