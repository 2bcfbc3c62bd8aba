import { expect, test } from 'vitest';
import { encodeNifti } from '../formats/encode-nifti.js';
import { encodePng } from '../formats/png.js';
import { encodeTiff } from '../formats/tiff.js';
import { resize } from './resize.js';

const values = Float32Array.from({ length: 15 }, (_, i) => Math.fround((i / 14) ** 3 + 1e-7 * i));

test('planes of another length are refused', async () => {
  const message = 'there are 15 values, expected 4 × 5 × 1 = 20';
  const wrong = { width: 5, height: 4 };
  await expect(encodeTiff(values, wrong)).rejects.toThrow(new RangeError(`encodeTiff: ${message}`));
  await expect(encodeNifti(values, wrong)).rejects.toThrow(new RangeError(`encodeNifti: ${message}`));
  expect(() => encodePng({ ...wrong, data: values, channels: 1 })).toThrow(
    new RangeError(`encodePng: ${message}`),
  );
  expect(() => resize({ ...wrong, data: values, channels: 1 }, 3)).toThrow(
    new RangeError(`resize: ${message}`),
  );
});
