import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateRawSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { dicomImage } from '../fixtures/dicom.js';
import { hasTool } from '../fixtures/has-tool.js';
import { pythonWith } from '../fixtures/python.js';
import { reader } from '../fixtures/read-raster.js';
import { folderOf } from '../fixtures/temporary.js';
import { decodeRle } from './dicom-rle.js';

const read = reader({ pixelLimit: 10_000 });
const values = Array.from({ length: 36 }, (_, i) => ((i * 977) % 4001) - 2000);
const size = { width: 4, height: 3 };
const three = dicomImage(values, { ...size, places: [30, 25, 35] });

describe('a DICOM file of several frames', () => {
  test('is a volume in the order of their places, or the frame that slice takes', async () => {
    const whole = await read({ 'a.dcm': three }, 'a.dcm', { volume: true });
    expect(whole).toMatchObject({ ...size, depth: 3, spacing: [0.5, 0.75, 5] });
    expect(whole.affine).toEqual([-0.5, 0, 0, 10, 0, -0.75, 0, -20, 0, 0, 5, 25, 0, 0, 0, 1]);
    expect([...whole.data]).toEqual([...values.slice(12, 24), ...values.slice(0, 12), ...values.slice(24)]);
    const one = await read({ 'a.dcm': three }, 'a.dcm', { slice: 2 });
    expect([...one.data]).toEqual(values.slice(24));
    expect(one.affine![11]).toBe(35);
    await expect(read({ 'a.dcm': three }, 'a.dcm')).rejects.toThrow(
      'it has 3 frames: the option slice says which to take, from 0',
    );
    await expect(read({ 'a.dcm': three }, 'a.dcm', { volume: true, voxelLimit: 30 })).rejects.toThrow(
      'limit',
    );
    const uneven = dicomImage(values, { ...size, places: [30, 25, 36] });
    await expect(read({ 'a.dcm': uneven }, 'a.dcm', { volume: true })).rejects.toThrow('equally far apart');
  });

  test('is read without an extension, gzipped, and refused where it is truncated', async () => {
    const files = { IM0001: three, 'a.dcm.gz': gzipSync(three) };
    for (const path of Object.keys(files))
      expect([...(await read(files, path, { slice: 0 })).data]).toEqual(values.slice(0, 12));
    for (const length of [100, 140, 300, three.length - 30])
      await expect(read({ 'a.dcm': three.subarray(0, length) }, 'a.dcm', { slice: 0 })).rejects.toThrow(
        /^a\.dcm: (?:not a whole DICOM file \([^[]*\)|DICOM without all its pixels: they hold \d frames of the \d that it says it has|the header says 0×0 pixels)$/,
      );
  });

  test('that claims more frames than its pixels hold is refused before memory is taken', async () => {
    const claims = (frames: string) =>
      dicomImage(values, { ...size, places: [30, 25, 35] }, [['00280008', 'IS', frames]]);
    const before = process.memoryUsage().rss;
    for (const frames of ['4', '800000000'])
      for (const options of [{ volume: true, voxelLimit: 2 ** 50 }, { slice: 1 }, {}])
        await expect(read({ 'a.dcm': claims(frames) }, 'a.dcm', options)).rejects.toThrow(
          `a.dcm: DICOM without all its pixels: they hold 3 frames of the ${frames} that it says it has`,
        );
    for (const frames of ['0', '-1', '1.5'])
      await expect(read({ 'a.dcm': claims(frames) }, 'a.dcm')).rejects.toThrow(`it has ${frames} frames`);
    expect(process.memoryUsage().rss - before).toBeLessThan(80 * 2 ** 20);
  });

  test('deflated is read, and refused before it takes more memory than its pixels could', async () => {
    const meta = three.indexOf(Buffer.from([8, 0, 0x16, 0]));
    const head = Buffer.from(three.subarray(0, meta));
    // The transfer syntax of the same length: 1.2.840.10008.1.2.1 and its padding, with .99 in a longer element.
    const at = head.indexOf('1.2.840.10008.1.2.1\0');
    const longer = Buffer.concat([
      head.subarray(0, at - 2),
      Buffer.from([22, 0]),
      Buffer.from('1.2.840.10008.1.2.1.99'),
      head.subarray(at + 20),
    ]);
    longer.writeUInt32LE(longer.readUInt32LE(140) + 2, 140);
    const file = Buffer.concat([longer, deflateRawSync(three.subarray(meta))]);
    expect([...(await read({ 'a.dcm': file }, 'a.dcm', { slice: 1 })).data]).toEqual(values.slice(12, 24));
    const bomb = Buffer.concat([longer, deflateRawSync(Buffer.alloc(2 ** 26))]);
    const before = process.memoryUsage().rss;
    await expect(read({ 'a.dcm': bomb }, 'a.dcm')).rejects.toThrow('not a whole DICOM file');
    await expect(read({ 'a.dcm.gz': gzipSync(Buffer.alloc(2 ** 26)) }, 'a.dcm.gz')).rejects.toThrow(
      'it unpacks to more than',
    );
    expect(process.memoryUsage().rss - before).toBeLessThan(80 * 2 ** 20);
  });
});

test('run-length encoding by hand: most significant bytes first', () => {
  const header = Buffer.alloc(64);
  [2, 64, 68].forEach((number, i) => header.writeUInt32LE(number, 4 * i));
  // High bytes: 1 three times. Low bytes: 7, 8, 9 as they are, then nothing.
  const packed = Buffer.concat([header, Buffer.from([0xfe, 1, 0x80, 0x80]), Buffer.from([2, 7, 8, 9])]);
  expect([...new Uint16Array(decodeRle(packed, 3, 1, 2).buffer)]).toEqual([263, 264, 265]);
  expect(() => decodeRle(packed.subarray(0, 70), 3, 1, 2)).toThrow('truncated');
  expect(() => decodeRle(packed, 3, 1, 1)).toThrow('has 2 segments, expected 1');
});

/** What other programs make of the same file. */
const tools: [name: string, tool: string, args: string[]][] = [
  ['RLE', 'dcmcrle', []],
  ['JPEG lossless', 'dcmcjpeg', ['+e1']],
  ['JPEG-LS', 'dcmcjpls', []],
  ['JPEG 2000', 'gdcmconv', ['--j2k']],
];

describe.each(tools)('%s by %s', (_, tool, args) => {
  test.skipIf(!hasTool(tool))('is decoded exactly, frame by frame', async () => {
    const large = Array.from({ length: 3 * 40 * 30 }, (_, i) => ((i * 977) % 4001) - 2000);
    const plain = dicomImage(large, { width: 40, height: 30, places: [1, 2, 3] });
    const root = await folderOf({ 'plain.dcm': plain });
    execFileSync(tool, [...args, join(root, 'plain.dcm'), join(root, 'packed.dcm')], { stdio: 'ignore' });
    const packed = readFileSync(join(root, 'packed.dcm'));
    const whole = await read({ 'a.dcm': packed }, 'a.dcm', { volume: true });
    expect([...whole.data]).toEqual(large);
    await expect(
      read({ 'a.dcm': packed.subarray(0, packed.length - 500) }, 'a.dcm', { slice: 2 }),
    ).rejects.toThrow(/^a\.dcm: /);
  });
});

const pydicom = pythonWith('pydicom', 'numpy');
test.skipIf(!pydicom)('pydicom reads the same frames of a plain file', async () => {
  const root = await folderOf({ 'a.dcm': three });
  expect(
    pydicom!(
      'import pydicom; print(json.dumps(pydicom.dcmread(sys.argv[1]).pixel_array.ravel().tolist()))',
      join(root, 'a.dcm'),
    ),
  ).toEqual(values);
});
