import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encodePng, encodeTiff } from '@diff/datasets';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { emptyFolder } from '../fixtures/command-line.js';
import { readMap } from './read-map.js';

describe('readMap', () => {
  const size = { width: 3, height: 2 };
  const values = Float32Array.of(0, 0.1, 0.25, 0.5, 0.999, 1);

  it('reads levels of 8 and 16 bits and floats as probabilities', async () => {
    const root = await emptyFolder();
    const path = (name: string) => join(root, name);
    for (const bits of [8, 16] as const)
      await writeFile(path(`${bits}.png`), await encodePng({ ...size, channels: 1, data: values }, { bits }));
    await writeFile(path('f.tiff'), await encodeTiff(values, size));
    expect((await readMap(path('f.tiff'))).values).toEqual(values);
    for (const [name, white] of [
      ['8.png', 255],
      ['16.png', 65535],
    ] as const) {
      const map = await readMap(path(name));
      expect(map).toMatchObject(size);
      expect(map.values).toEqual(values.map((value) => Math.round(value * white) / white));
    }
  });

  it('refuses what is no probability, what is in colour and what is no picture, by name', async () => {
    const root = await emptyFolder();
    const path = (name: string) => join(root, name);
    await writeFile(path('a.tiff'), await encodeTiff(Float32Array.of(0, 1, 0.5, 2, 0, 0), size));
    await writeFile(
      path('c.png'),
      await sharp({ create: { ...size, channels: 3, background: 'red' } })
        .png()
        .toBuffer(),
    );
    await writeFile(path('d.png'), 'no picture');
    await expect(readMap(path('a.tiff'))).rejects.toThrow('a.tiff: pixel 3 is 2, expected a probability');
    await expect(readMap(path('c.png'))).rejects.toThrow('c.png: 3 channels, expected one');
    await expect(readMap(path('d.png'))).rejects.toThrow('d.png: Input file contains unsupported');
  });
});
