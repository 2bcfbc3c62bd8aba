import { gunzipSync, gzipSync } from 'node:zlib';
import { readHeader, readImage as readVoxels } from 'nifti-reader-js';
import { expect, test } from 'vitest';
import { folderOf, nifti } from '../fixtures/temporary.js';
import { listTree } from '../loaders/reading/tree.js';
import { encodeNifti } from './nifti.js';
import { readRaster } from './read-raster.js';

const limits = { pixelLimit: 10_000 };

const read = async (files: Record<string, string | Uint8Array>, path: string, more = {}) =>
  readRaster(await listTree(await folderOf(files)), path, { ...limits, ...more });

test('a NIfTI file gives a slice, scaled, with x along the rows; zipped or not', async () => {
  const values = Array.from({ length: 12 }, (_, i) => i);
  for (const bytes of [
    nifti([3, 2, 2], values, { slope: 2, intercept: 1 }),
    gzipSync(nifti([3, 2, 2], values, { slope: 2, intercept: 1 })),
  ]) {
    const first = await read({ 'a.nii': bytes }, 'a.nii', { slice: 0 });
    expect([...first.data]).toEqual([1, 3, 5, 7, 9, 11]);
    expect(first).toMatchObject({ width: 3, height: 2, range: [1, 11] });
    expect([...(await read({ 'a.nii.gz': bytes }, 'a.nii.gz', { slice: 1 })).data]).toEqual([
      13, 15, 17, 19, 21, 23,
    ]);
  }
  await expect(read({ 'a.nii': nifti([3, 2, 2], values) }, 'a.nii', { slice: 2 })).rejects.toThrow(
    'slice 2 of 2 slices, counted from 0',
  );
  await expect(read({ 'a.nii': nifti([1, 1, 12], values) }, 'a.nii')).rejects.toThrow(
    'it has 12 slices: the option slice says which to take, from 0',
  );
});

test('a zipped NIfTI file that unpacks without end is refused', async () => {
  const bomb = gzipSync(Buffer.alloc(2_000_000));
  await expect(read({ 'a.nii.gz': bomb }, 'a.nii.gz')).rejects.toThrow('a.nii.gz: ');
});

const size = { width: 5, height: 3 };

const values = Float32Array.from({ length: 15 }, (_, i) => Math.fround((i / 14) ** 3 + 1e-7 * i));

test('nifti-reader-js reads the floats and the bytes of a NIfTI file exactly', async () => {
  for (const plane of [values, Uint8Array.from({ length: 15 }, (_, i) => 17 * i)]) {
    const memory = new Uint8Array(gunzipSync(await encodeNifti(plane, size))).buffer;
    const header = readHeader(memory);
    expect(header.dims.slice(0, 3)).toEqual([2, 5, 3]);
    expect(new (plane.constructor as Float32ArrayConstructor)(readVoxels(header, memory))).toEqual(plane);
  }
});
