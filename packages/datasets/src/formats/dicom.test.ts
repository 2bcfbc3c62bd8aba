import { expect, test } from 'vitest';
import { reader } from '../fixtures/read-raster.js';

const limits = { pixelLimit: 10_000 };

const read = reader(limits);

/** A DICOM file, explicit little-endian, of 16 signed bits. */
function dicom(
  width: number,
  height: number,
  values: number[],
  more: [number, number, string, string][] = [],
): Buffer {
  const short = (value: number) => Buffer.from(Uint16Array.of(value).buffer);
  const element = (group: number, item: number, type: string, value: Buffer) => {
    const padded = value.length % 2 ? Buffer.concat([value, Buffer.from([type === 'UI' ? 0 : 32])]) : value;
    const head = Buffer.alloc(type === 'OW' ? 12 : 8);
    head.writeUInt16LE(group, 0);
    head.writeUInt16LE(item, 2);
    head.write(type, 4, 'latin1');
    if (type === 'OW') head.writeUInt32LE(padded.length, 8);
    else head.writeUInt16LE(padded.length, 6);
    return Buffer.concat([head, padded]);
  };
  const syntax = element(2, 0x10, 'UI', Buffer.from('1.2.840.10008.1.2.1'));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(syntax.length);
  return Buffer.concat([
    Buffer.alloc(128),
    Buffer.from('DICM'),
    element(2, 0, 'UL', length),
    syntax,
    element(0x28, 2, 'US', short(1)),
    element(0x28, 4, 'CS', Buffer.from('MONOCHROME2')),
    element(0x28, 0x10, 'US', short(height)),
    element(0x28, 0x11, 'US', short(width)),
    element(0x28, 0x100, 'US', short(16)),
    element(0x28, 0x101, 'US', short(12)),
    element(0x28, 0x102, 'US', short(11)),
    element(0x28, 0x103, 'US', short(1)),
    ...more.map(([group, item, type, text]) => element(group, item, type, Buffer.from(text))),
    element(0x7fe0, 0x10, 'OW', Buffer.from(Int16Array.from(values).buffer)),
  ]);
}

test('a DICOM file gives its values, rescaled, and its window', async () => {
  const scaled = dicom(
    3,
    2,
    [-5, 0, 5, 100, -2048, 2047],
    [
      [0x28, 0x1050, 'DS', '40.5'],
      [0x28, 0x1051, 'DS', '401'],
      [0x28, 0x1052, 'DS', '-10'],
      [0x28, 0x1053, 'DS', '2'],
    ],
  );
  const raster = await read({ 'a.dcm': scaled }, 'a.dcm');
  expect([...raster.data]).toEqual([-20, -10, 0, 190, -4106, 4084]);
  expect(raster.range).toEqual([-160, 240]);
  expect((await read({ 'a.dcm': dicom(2, 1, [3, 9]) }, 'a.dcm')).range).toEqual([3, 9]);
  await expect(read({ 'a.dcm': dicom(200, 200, [1]) }, 'a.dcm')).rejects.toThrow(
    'more than the limit of 10000',
  );
  await expect(read({ 'a.dcm': dicom(3, 3, [1]) }, 'a.dcm')).rejects.toThrow('without all its pixels');
  await expect(read({ 'a.dcm': Buffer.from('no') }, 'a.dcm')).rejects.toThrow('a.dcm: ');
});

test('a DICOM file says where its pixels lie, as a NIfTI file of the same place would', async () => {
  const placed = dicom(3, 2, [1, 2, 3, 4, 5, 6], [[0x28, 0x30, 'DS', '0.5\\0.25']]);
  expect(await read({ 'a.dcm': placed }, 'a.dcm')).toMatchObject({ spacing: [0.25, 0.5, 1] });
});

test('a rescale or a window that is no number is refused by name', async () => {
  for (const [item, what] of [
    [0x1053, 'its rescale slope is "abc", expected a number'],
    [0x1052, 'its rescale intercept is "abc", expected a number'],
    [0x1050, 'its window centre is no number'],
  ] as const) {
    const file = dicom(2, 1, [3, 9], [[0x28, item, 'DS', 'abc']]);
    await expect(read({ 'a.dcm': file }, 'a.dcm')).rejects.toThrow(what);
  }
  await expect(read({ 'a.dcm': dicom(2, 1, [3, 9]).subarray(0, 200) }, 'a.dcm')).rejects.toThrow(
    'not a whole DICOM file (',
  );
});
