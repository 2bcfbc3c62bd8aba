import { gunzipSync, gzipSync } from 'node:zlib';
import { readHeader, readImage as readVoxels } from 'nifti-reader-js';
import { expect, test } from 'vitest';
import { folderOf, nifti } from '../fixtures/temporary.js';
import { listTree } from '../loaders/reading/tree.js';
import { encodeNifti } from './encode-nifti.js';
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

const tilted = [0.5, 0.48, 0, -3, -0.3, 0.64, -1.8, 7, 0.24, 0, 1, 0, 0, 0, 0, 1];

test('affine, zooms, sform and qform come back, and the qform alone says the same', async () => {
  // A turn about z by 30 degrees, then x flipped, with zooms 0.5, 0.8 and 3.
  const [c, s] = [Math.cos(Math.PI / 6), Math.sin(Math.PI / 6)];
  const affine = [-0.5 * c, 0.8 * s, 0, 4, 0.5 * s, 0.8 * c, 0, -9, 0, 0, 3, 2.5, 0, 0, 0, 1];
  const bytes = gunzipSync(await encodeNifti(values, { ...size, affine }));
  const near = (found: readonly number[], digits = 5) =>
    found.forEach((value, i) => {
      expect(value).toBeCloseTo(affine[i]!, digits);
    });
  const header = readHeader(new Uint8Array(bytes).buffer);
  expect([header.sform_code, header.qform_code]).toEqual([1, 1]);
  expect(header.pixDims.slice(1, 4).map((zoom: number) => Math.round(zoom * 1e5) / 1e5)).toEqual([
    0.5, 0.8, 3,
  ]);
  near(header.affine.flat());
  near((await read({ 'a.nii': bytes }, 'a.nii')).affine!);
  bytes.writeInt16LE(0, 254);
  // nifti-reader-js makes an affine of the quaternion by itself where there is no sform, to the root of 32 bits.
  near(readHeader(new Uint8Array(bytes).buffer).affine.flat(), 2);
  near((await read({ 'a.nii': bytes }, 'a.nii')).affine!);
});

test('the sform is taken though the qform has the larger code, and lengths come in millimetres', async () => {
  const affine = [2, 0, 0, 1, 0, 2, 0, 1, 0, 0, 5, 1, 0, 0, 0, 1];
  const bytes = gunzipSync(await encodeNifti(values, { ...size, affine }));
  bytes.writeInt16LE(2, 252);
  // The qform lies elsewhere.
  bytes.writeFloatLE(77, 268);
  expect((await read({ 'a.nii': bytes }, 'a.nii')).affine).toEqual(affine);
  for (const [unit, size] of [
    [1, 1000],
    [3, 0.001],
    [2, 1],
    [0, 1],
  ] as const) {
    // Seconds are told in the same byte.
    bytes[123] = unit + 8;
    const { affine: found, spacing } = await read({ 'a.nii': bytes }, 'a.nii');
    expect(found).toEqual(affine.map((value, i) => (i < 12 ? value * size : value)));
    expect(spacing).toEqual([2 * size, 2 * size, 5 * size]);
  }
});

test('an affine with shear has a sform alone; spacing without an affine is the zooms', async () => {
  const sheared = readHeader(
    new Uint8Array(gunzipSync(await encodeNifti(values, { ...size, affine: tilted }))).buffer,
  );
  expect([sheared.sform_code, sheared.qform_code]).toEqual([1, 0]);
  const spaced = gunzipSync(await encodeNifti(values, { ...size, spacing: [0.5, 0.25, 3] }));
  expect(await read({ 'a.nii': spaced }, 'a.nii')).toMatchObject({ spacing: [0.5, 0.25, 3] });
});

test('a volume comes in one piece, slice after slice, and one slice of it lies where it did', async () => {
  const volume = Float32Array.from({ length: 30 }, (_, i) => i / 29);
  const affine = [2, 0, 0, 1, 0, 2, 0, 1, 0, 0, 5, 1, 0, 0, 0, 1];
  const bytes = await encodeNifti(volume, { ...size, depth: 2, affine });
  const whole = await read({ 'a.nii.gz': bytes }, 'a.nii.gz', { volume: true });
  expect([whole.data, whole.depth, whole.affine]).toEqual([volume, 2, affine]);
  const slice = await read({ 'a.nii.gz': bytes }, 'a.nii.gz', { slice: 1 });
  expect([slice.data, slice.depth, slice.affine?.[11]]).toEqual([volume.subarray(15), undefined, 6]);
  await expect(read({ 'a.nii.gz': bytes }, 'a.nii.gz', { volume: true, voxelLimit: 20 })).rejects.toThrow(
    'limit',
  );
});

test('voxels that begin inside the header, or nowhere, are refused', async () => {
  for (const offset of [0, 300, Number.NaN, 352.5]) {
    const bytes = nifti([2, 2], [1, 2, 3, 4]);
    bytes.writeFloatLE(offset, 108);
    await expect(read({ 'a.nii': bytes }, 'a.nii')).rejects.toThrow('its voxels begin at byte');
  }
});

test('extensions of the header are passed over, whatever they are', async () => {
  for (const size of [0, 7, 48, 2 ** 20, -16]) {
    const extension = Buffer.alloc(48);
    extension.writeInt32LE(size, 0);
    const plain = nifti([2, 2], [1, 2, 3, 4]);
    const bytes = Buffer.concat([plain.subarray(0, 352), extension, plain.subarray(352)]);
    bytes[348] = 1;
    bytes.writeFloatLE(400, 108);
    expect([...(await read({ 'a.nii': bytes }, 'a.nii')).data]).toEqual([1, 2, 3, 4]);
  }
});

test('64-bit integers are read', async () => {
  const bytes = Buffer.concat([nifti([2, 1]), Buffer.from(BigInt64Array.of(-3n, 2n ** 40n).buffer)]);
  bytes.writeInt16LE(1024, 70);
  bytes.writeInt16LE(64, 72);
  expect([...(await read({ 'a.nii': bytes }, 'a.nii')).data]).toEqual([-3, 2 ** 40]);
});

test('zeros without end are unpacked as far as the header says, whatever follows', async () => {
  const header = nifti([100, 100]);
  const bomb = gzipSync(Buffer.concat([header, Buffer.alloc(2 ** 26)]));
  const before = process.memoryUsage().rss;
  expect((await read({ 'a.nii.gz': bomb }, 'a.nii.gz')).data).toHaveLength(10_000);
  expect(process.memoryUsage().rss - before).toBeLessThan(48 * 2 ** 20);
});

test('no value that is not finite is written', async () => {
  await expect(encodeNifti(Float32Array.of(0, Number.NaN), { width: 2, height: 1 })).rejects.toThrow(
    'encodeNifti: values[1] is NaN, expected a finite number',
  );
});

/** A header and its voxels in a file of their own. */
const pair = (values: number[], dims: number[]) => {
  const whole = nifti(dims, values);
  const header = Buffer.from(whole.subarray(0, 348));
  header.write('ni1\0', 344, 'latin1');
  header.writeFloatLE(0, 108);
  return { header, voxels: whole.subarray(352) };
};

test('a pair of .hdr and .img gives what one file would, by either name, zipped or not', async () => {
  const values = Array.from({ length: 12 }, (_, i) => i / 2);
  const { header, voxels } = pair(values, [3, 2, 2]);
  const plain = { 'a.hdr': header, 'a.img': voxels };
  const zipped = { 'a.hdr.gz': gzipSync(header), 'a.img.gz': gzipSync(voxels) };
  for (const [files, path] of [
    [plain, 'a.hdr'],
    [plain, 'a.img'],
    [zipped, 'a.hdr.gz'],
    [zipped, 'a.img.gz'],
  ] as const)
    expect([...(await read(files, path, { volume: true })).data]).toEqual(values);
  await expect(read({ 'a.hdr': header }, 'a.hdr')).rejects.toThrow('a.img is not beside it');
  await expect(read({ 'a.hdr': header, 'a.img': voxels.subarray(4) }, 'a.hdr', { slice: 1 })).rejects.toThrow(
    'truncated: 44 bytes, expected 48',
  );
});

test('Analyze 7.5 gives values and spacing, and no place; a factor of its own is refused', async () => {
  const { header, voxels } = pair([1, 2, 3, 4], [2, 2]);
  header.fill(0, 344, 348);
  [0, 0.5, 0.25, 3].forEach((size, i) => header.writeFloatLE(size, 76 + 4 * i));
  // Where NIfTI has its codes, Analyze has the name of the scan.
  header.write('scan 1', 252, 'latin1');
  const raster = await read({ 'a.hdr': header, 'a.img': voxels }, 'a.hdr');
  expect([[...raster.data], raster.affine, raster.spacing]).toEqual([
    [1, 2, 3, 4],
    undefined,
    [0.5, 0.25, 3],
  ]);
  header.writeFloatLE(2, 112);
  await expect(read({ 'a.hdr': header, 'a.img': voxels }, 'a.hdr')).rejects.toThrow('a factor of 2');
});

test('no side of more voxels than 16 bits count is written', async () => {
  const long = new Uint8Array(32768);
  for (const extent of [
    { width: 32768, height: 1 },
    { width: 1, height: 32768 },
    { width: 1, height: 1, depth: 32768 },
  ])
    await expect(encodeNifti(long, extent)).rejects.toThrow(
      /^encodeNifti: (?:width|height|depth) is 32768, expected an integer from 1 to 32767$/,
    );
  const most = await encodeNifti(long.subarray(1), { width: 32767, height: 1 });
  expect(await read({ 'a.nii.gz': most }, 'a.nii.gz', { pixelLimit: 1e6 })).toMatchObject({ width: 32767 });
});
