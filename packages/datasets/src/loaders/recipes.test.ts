import { expect, test } from 'vitest';
import { read } from '../fixtures/read.js';
import { folderOf } from '../fixtures/temporary.js';
import { dicomFile } from '../formats/dicom-writer.js';
import { encodeNifti } from '../formats/encode-nifti.js';
import { folder } from './folder.js';

/** Masks 8 wide and 6 high, rows 1 to 3. */
const size = { width: 8, height: 6 };
const at = (inside: (x: number, y: number) => boolean) =>
  Uint8Array.from({ length: 48 }, (_, i) => Number(inside(i % 8, Math.floor(i / 8))));
const m1 = at((x, y) => x >= 1 && x < 4 && y >= 1 && y < 4);

test('raters whose affines differ, and whose masks are the same in the world, are on one grid', async () => {
  const root = await folderOf({
    'a_1.nii.gz': await encodeNifti(m1, {
      ...size,
      affine: [-1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1],
    }),
    'a_2.nii.gz': await encodeNifti(
      m1.map((_, i) => m1[i - (i % 8) + 7 - (i % 8)]!),
      { ...size, affine: [1, 0, 0, -7, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1] },
    ),
  });
  const { cases, told } = await read(await folder(root, { mask: '{id}_{rater}.nii.gz' }));
  expect(told).toEqual([]);
  expect(cases.a!.annotations.object).toEqual({ 1: m1, 2: m1 });
});

test('a DICOM image and a mask as dcm2niix writes it, from the bottom up, are on one grid', async () => {
  const image = dicomFile('1.2.840.10008.5.1.4.1.1.2', '1.2.3', [
    ['00200032', 'DS', '0\\0\\0'],
    ['00200037', 'DS', '1\\0\\0\\0\\1\\0'],
    ['00280002', 'US', [1]],
    ['00280004', 'CS', 'MONOCHROME2'],
    ['00280010', 'US', [6]],
    ['00280011', 'US', [8]],
    ['00280030', 'DS', '1\\1'],
    ['00280100', 'US', [8]],
    ['00280101', 'US', [8]],
    ['00280102', 'US', [7]],
    ['00280103', 'US', [0]],
    ['7fe00010', 'OB', Uint8Array.from({ length: 48 }, (_, i) => i)],
  ]);
  const upsideDown = at((x, y) => m1[(5 - y) * 8 + x] === 1);
  const root = await folderOf({
    'a.dcm': image,
    'masks/a.nii.gz': await encodeNifti(upsideDown, {
      ...size,
      affine: [-1, 0, 0, 0, 0, 1, 0, -5, 0, 0, 1, 0, 0, 0, 0, 1],
    }),
  });
  const { cases, told } = await read(await folder(root, { image: '{id}.dcm', mask: 'masks/{id}.nii.gz' }));
  expect(told).toEqual([]);
  expect(cases.a!.annotations.object!['1']).toEqual(m1);
});
