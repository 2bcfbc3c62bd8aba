import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { reader } from '../fixtures/read-raster.js';
import { encodeNrrd } from './nrrd.js';

const read = reader({ pixelLimit: 10_000 });

/** 3 wide, 2 high, 2 deep: x 2 mm to the left, y 3 mm back, z 5 mm up, in NRRD's words. */
const lines = [
  'NRRD0005',
  '# a comment',
  'type: short',
  'dimension: 3',
  'space: left-posterior-superior',
  'sizes: 3 2 2',
  'space directions: (2,0,0) (0,3,0) (0,0,5)',
  'kinds: domain domain domain',
  'endian: big',
  'encoding: raw',
  'space origin: (10,20,30)',
  'key:=value: with a colon',
];
const values = Array.from({ length: 12 }, (_, i) => 100 * i - 300);
const big = Buffer.alloc(24);
values.forEach((value, i) => big.writeInt16BE(value, 2 * i));
const file = (header: readonly string[], body: Uint8Array | string = big) =>
  Buffer.concat([Buffer.from(`${header.join('\n')}\n\n`), Buffer.from(body as Uint8Array)]);
const changed = (from: string, to: string, body?: Uint8Array | string) =>
  file(
    lines.map((line) => (line.startsWith(from) ? to : line)),
    body,
  );
const affine = [-2, 0, 0, -10, 0, -3, 0, -20, 0, 0, 5, 30, 0, 0, 0, 1];

describe('a NRRD file', () => {
  test('gives values and place, raw, gzipped or as text, attached or beside', async () => {
    const texts = values.join(' ');
    const detached = [...lines, 'data file: a.raw'];
    const all: Record<string, Record<string, Uint8Array>> = {
      'a.nrrd': { 'a.nrrd': file(lines) },
      'gzip.nrrd': { 'gzip.nrrd': changed('encoding', 'encoding: gzip', gzipSync(big)) },
      'text.nrrd': { 'text.nrrd': changed('encoding', 'encoding: ascii', texts) },
      'a.nhdr': { 'a.nhdr': Buffer.from(detached.join('\r\n')), 'a.raw': big },
      'skip.nhdr': {
        'skip.nhdr': Buffer.from([...detached, 'line skip: 1', 'byte skip: 2'].join('\n')),
        'a.raw': Buffer.concat([Buffer.from('a line\n..'), big]),
      },
      'end.nhdr': {
        'end.nhdr': Buffer.from([...detached, 'byte skip: -1'].join('\n')),
        'a.raw': Buffer.concat([Buffer.from('a header of another format'), big]),
      },
    };
    for (const [path, files] of Object.entries(all)) {
      const whole = await read(files, path, { volume: true });
      expect([path, [...whole.data]]).toEqual([path, values]);
      expect(whole).toMatchObject({ width: 3, height: 2, depth: 2, affine, spacing: [2, 3, 5] });
      const slice = await read(files, path, { slice: 1 });
      expect([...slice.data]).toEqual(values.slice(6));
      expect(slice.affine![11]).toBe(35);
    }
  });

  test('lies where its space says, of right-anterior-superior and left-anterior-superior too', async () => {
    for (const [space, x, y] of [
      ['right-anterior-superior', 1, 1],
      ['LAS', -1, 1],
    ] as const) {
      const raster = await read({ 'a.nrrd': changed('space:', `space: ${space}`) }, 'a.nrrd', {
        volume: true,
      });
      expect(raster.affine).toEqual([2 * x, 0, 0, 10 * x, 0, 3 * y, 0, 20 * y, 0, 0, 5, 30, 0, 0, 0, 1]);
    }
    const elsewhere = await read({ 'a.nrrd': changed('space:', 'space: scanner-xyz') }, 'a.nrrd', {
      volume: true,
    });
    expect([elsewhere.affine, elsewhere.spacing]).toEqual([undefined, [2, 3, 5]]);
  });

  test('is refused by what is wrong with it', async () => {
    const wrong: [Uint8Array, string][] = [
      [changed('sizes', 'sizes: 3 2'), 'it has 3 dimensions and the sizes 3, 2'],
      [changed('sizes', 'sizes: 3 0 2'), 'the header says 3×0×2 voxels'],
      [changed('sizes', 'sizes: 300 200 2'), 'more than the limit of 10000'],
      [changed('sizes', 'sizes: 3 2 3'), 'truncated: 24 bytes, expected 36'],
      [changed('type', 'type: block'), 'samples of the type block, expected numbers'],
      [changed('encoding', 'encoding: bzip2'), 'encoding bzip2, expected raw, gzip or text'],
      [changed('endian', 'content: x'), 'its header has no "endian"'],
      [changed('kinds', 'kinds: vector domain domain'), 'axis 0 is of the kind vector'],
      [changed('space directions', 'space directions: none (0,3,0) (0,0,5)'), 'axis 0 has no direction'],
      [changed('space origin', 'space origin: (1,2)'), 'its space origin is (1,2), expected three numbers'],
      [changed('key', 'data file: ../a.raw'), 'its voxels lie in "../a.raw", expected a file in its folder'],
      [changed('key', 'data file: none.raw'), 'none.raw: cannot be read'],
      [changed('key', 'data file: %03d.raw 1 2 1'), 'its voxels lie in several files, expected one'],
      [changed('encoding', 'encoding: text', '1 2 3'), 'truncated: 3 values, expected 12'],
      [changed('encoding', 'encoding: text', `${values.slice(1).join(' ')} x`), 'value 11 is "x"'],
      [Buffer.from('NRRD'), 'not a NRRD file'],
    ];
    for (const [bytes, reason] of wrong)
      await expect(read({ 'a.nrrd': bytes }, 'a.nrrd', { volume: true })).rejects.toThrow(reason);
  });

  test('of zeros without end is unpacked as far as its header says', async () => {
    const bomb = changed('encoding', 'encoding: gzip', gzipSync(Buffer.alloc(2 ** 26)));
    const before = process.memoryUsage().rss;
    expect((await read({ 'a.nrrd': bomb }, 'a.nrrd', { volume: true })).data).toHaveLength(12);
    expect(process.memoryUsage().rss - before).toBeLessThan(48 * 2 ** 20);
  });
});

test('NaN is refused, or taken for outside where that is asked for', async () => {
  const header = ['NRRD0004', 'type: float', 'dimension: 2', 'sizes: 2 1', 'endian: little', 'encoding: raw'];
  const bytes = file(header, new Uint8Array(Float32Array.of(Number.NaN, 0.5).buffer));
  await expect(read({ 'a.nrrd': bytes }, 'a.nrrd')).rejects.toThrow("nan: 'outside' takes it for 0");
  expect([...(await read({ 'a.nrrd': bytes }, 'a.nrrd', { nan: 'outside' })).data]).toEqual([0, 0.5]);
});

test('what is written comes back exactly, and its header is plain', async () => {
  const oblique = [0.5, 0.48, 0.1, -3.3, -0.3, 0.64, -1.8, 7, 0.24, 0, 1, 0, 0, 0, 0, 1];
  const floats = Float32Array.from({ length: 12 }, (_, i) => Math.fround((i / 11) ** 3));
  for (const data of [floats, Uint8Array.from(floats, (_, i) => 20 * i)]) {
    const bytes = await encodeNrrd(data, { width: 3, height: 2, depth: 2, affine: oblique });
    const back = await read({ 'a.nrrd': bytes }, 'a.nrrd', { volume: true });
    expect([back.data, back.affine, back.depth]).toEqual([data, oblique, 2]);
  }
  const plane = Buffer.from(await encodeNrrd(floats, { width: 4, height: 3, spacing: [0.7, 0.1] }));
  expect(await read({ 'a.nrrd': plane }, 'a.nrrd')).toMatchObject({ data: floats, spacing: [0.7, 0.1] });
  const body = plane.indexOf('\n\n') + 2;
  expect(plane.toString('latin1', 0, body)).toBe(
    'NRRD0004\ntype: float\ndimension: 2\nsizes: 4 3\nspacings: 0.7 0.1\nkinds: domain domain\nendian: little\nencoding: gzip\n\n',
  );
  expect(gunzipSync(plane.subarray(body))).toHaveLength(48);
});
