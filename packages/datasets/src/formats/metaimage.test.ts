import { deflateSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { reader } from '../fixtures/read-raster.js';
import { encodeMetaImage } from './metaimage.js';

const read = reader({ pixelLimit: 10_000 });

const lines = [
  'ObjectType = Image',
  'NDims = 3',
  'BinaryData = True',
  'BinaryDataByteOrderMSB = False',
  'TransformMatrix = 0 1 0 1 0 0 0 0 -1',
  'Offset = 10 20 30',
  'CenterOfRotation = 0 0 0',
  'AnatomicalOrientation = RAI',
  'ElementSpacing = 2 3 5',
  'DimSize = 3 2 2',
  'ElementType = MET_SHORT',
  'ElementDataFile = LOCAL',
];
const values = Array.from({ length: 12 }, (_, i) => 100 * i - 300);
const little = Buffer.from(Int16Array.from(values).buffer);
const file = (header: readonly string[], body: Uint8Array | string = little) =>
  Buffer.concat([Buffer.from(`${header.join('\n')}\n`), Buffer.from(body as Uint8Array)]);
const changed = (from: string, to: string, body?: Uint8Array | string) =>
  file(
    lines.map((line) => (line.startsWith(from) ? to : line)),
    body,
  );
// x goes 2 mm back, y 3 mm to the left, z 5 mm down, from 10 left, 20 back, 30 up.
const affine = [0, -3, 0, -10, -2, 0, 0, -20, 0, 0, -5, 30, 0, 0, 0, 1];

test('a MetaImage file gives values and place, compressed or not, attached or beside, or as text', async () => {
  const all: Record<string, Record<string, Uint8Array>> = {
    'a.mha': { 'a.mha': file(lines) },
    'packed.mha': { 'packed.mha': changed('Center', 'CompressedData = True', deflateSync(little)) },
    'text.mha': { 'text.mha': changed('BinaryData ', 'BinaryData = False', values.join('\n')) },
    'a.mhd': { 'a.mhd': changed('ElementDataFile', 'ElementDataFile = a.raw', ''), 'a.raw': little },
    'end.mhd': {
      'end.mhd': Buffer.from(
        [...lines.slice(0, -1), 'HeaderSize = -1', 'ElementDataFile = a.raw'].join('\r\n'),
      ),
      'a.raw': Buffer.concat([Buffer.from('something before'), little]),
    },
    'big.mha': {
      'big.mha': changed('BinaryDataByte', 'BinaryDataByteOrderMSB = True', Buffer.from(little).swap16()),
    },
  };
  for (const [path, files] of Object.entries(all)) {
    const whole = await read(files, path, { volume: true });
    expect([path, [...whole.data]]).toEqual([path, values]);
    expect(whole).toMatchObject({ width: 3, height: 2, depth: 2, spacing: [2, 3, 5] });
    expect(whole.affine!.map((value) => value + 0)).toEqual(affine);
    expect([...(await read(files, path, { slice: 1 })).data]).toEqual(values.slice(6));
  }
});

test('a MetaImage file is refused by what is wrong with it', async () => {
  const wrong: [Uint8Array, string][] = [
    [changed('NDims', 'NDims = 2'), 'it has 2 dimensions and the sizes 3, 2, 2'],
    [changed('DimSize', 'DimSize = 300 200 2'), 'more than the limit of 10000'],
    [changed('DimSize', 'DimSize = 3 2 3'), 'truncated: 24 bytes, expected 36'],
    [changed('Center', 'ElementNumberOfChannels = 3'), 'it has 3 channels, expected one'],
    [changed('ElementType', 'ElementType = MET_ASCII_CHAR'), 'samples of the type MET_ASCII_CHAR'],
    [changed('Offset', 'Offset = 1 2'), 'its Offset is 1 2, expected 3 numbers'],
    [changed('ElementType', 'Comment = x'), 'its header has no ElementType'],
    [changed('ElementDataFile', 'ElementDataFile = /etc/hostname'), 'expected a file in its folder'],
    [changed('ElementDataFile', 'ElementDataFile = LIST'), 'its voxels lie in several files'],
    [Buffer.from('ObjectType = Image\n'), 'not a MetaImage file'],
  ];
  for (const [bytes, reason] of wrong)
    await expect(read({ 'a.mha': bytes }, 'a.mha', { volume: true })).rejects.toThrow(reason);
});

test('what is written comes back: values exactly, the affine to the rounding of 64 bits', async () => {
  const oblique = [0.5, 0.48, 0.1, -3.3, -0.3, 0.64, -1.8, 7, 0.24, 0, 1, 0, 0, 0, 0, 1];
  const floats = Float32Array.from({ length: 12 }, (_, i) => Math.fround((i / 11) ** 3));
  for (const data of [floats, Uint8Array.from(floats, (_, i) => 20 * i)]) {
    const bytes = await encodeMetaImage(data, { width: 3, height: 2, depth: 2, affine: oblique });
    const back = await read({ 'a.mha': bytes }, 'a.mha', { volume: true });
    expect([back.data, back.depth]).toEqual([data, 2]);
    back.affine!.forEach((value, i) => expect(value).toBeCloseTo(oblique[i]!, 14));
  }
  const plane = await encodeMetaImage(floats, { width: 4, height: 3, spacing: [0.7, 0.1] });
  expect(await read({ 'a.mha': plane }, 'a.mha')).toMatchObject({ data: floats, spacing: [0.7, 0.1] });
});
