import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { folderOf } from '../fixtures/temporary.js';
import { encodeNifti } from './encode-nifti.js';
import { encodePng } from './png.js';
import { readImage } from './read-image.js';

const size = { width: 5, height: 3 };

const values = Float32Array.from({ length: 15 }, (_, i) => Math.fround((i / 14) ** 3 + 1e-7 * i));

test('one image file is read as it was written, in the channels asked for; what is wrong with it names it', async () => {
  const image = { ...size, channels: 3, data: Float32Array.from({ length: 45 }, (_, i) => i / 255) };
  const root = await folderOf({ 'a.png': await encodePng(image), 'b.png': 'no picture' });
  expect(await readImage(join(root, 'a.png'))).toEqual(image);
  const grey = await readImage(join(root, 'a.png'), { channels: 1 });
  expect(grey.data[1]).toBeCloseTo((0.299 * 3 + 0.587 * 4 + 0.114 * 5) / 255, 6);
  await writeFile(join(root, 'c.nii.gz'), await encodeNifti(values, size));
  expect((await readImage(join(root, 'c.nii.gz'))).data[14]).toBe(1);
  await expect(readImage(join(root, 'b.png'))).rejects.toThrow('b.png: not a PNG, JPEG, TIFF or GIF file');
  await expect(readImage(join(root, 'd.png'))).rejects.toThrow('d.png: ');
  await expect(readImage(join(root, 'a.png'), { pixelLimit: 10 })).rejects.toThrow('a.png: ');
});
