import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { dicomImage } from '../fixtures/dicom.js';
import { dicomPacked } from '../fixtures/dicom-packed.js';
import { hasTool } from '../fixtures/has-tool.js';
import { reader } from '../fixtures/read-raster.js';
import { folderOf } from '../fixtures/temporary.js';

const read = reader({ pixelLimit: 10_000 });
const SIZE = { width: 16, height: 8 };
const PREFIX = '1.2.840.10008.1.2.4';

/** What each optional package is for: transfer syntaxes by their last number. */
const PEERS: Record<string, { syntaxes: number[] }> = {
  'jpeg-lossless-decoder-js': { syntaxes: [57, 70] },
  '@cornerstonejs/codec-charls': { syntaxes: [80, 81] },
  '@cornerstonejs/codec-openjpeg': { syntaxes: [90, 91] },
};

describe('a package that a file needs', () => {
  afterEach(() => {
    vi.doUnmock('jpeg-lossless-decoder-js');
    vi.doUnmock('@cornerstonejs/codec-charls');
    vi.doUnmock('@cornerstonejs/codec-openjpeg');
    vi.resetModules();
  });

  test('is listed here where it is an optional peer', () => {
    const { peerDependenciesMeta } = JSON.parse(
      readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
    ) as { peerDependenciesMeta: Record<string, object> };
    const codecs = Object.keys(peerDependenciesMeta).filter((name) => !name.startsWith('@tensorflow/'));
    expect(Object.keys(PEERS).sort()).toEqual(codecs.sort());
  });

  test.each(Object.entries(PEERS))('is named where it is not there: %s', async (name, { syntaxes }) => {
    for (const one of Object.keys(PEERS))
      vi.doMock(one, () => {
        throw new Error(`Cannot find package '${one}'`);
      });
    vi.resetModules();
    const { readRaster } = await import('./read-raster.js');
    const { filesUnder } = await import('./files.js');
    for (const syntax of syntaxes) {
      const file = dicomPacked(`${PREFIX}.${syntax}`, [Uint8Array.of(1, 2, 3, 4)], SIZE);
      const files = filesUnder(await folderOf({ 'a.dcm': file }));
      await expect(readRaster(files, 'a.dcm', { pixelLimit: 1000 })).rejects.toThrow(
        `a.dcm: to read it, install ${name}: npm install ${name}`,
      );
    }
  });

  test.each(Object.entries(PEERS))(
    'that is there says what is wrong with a damaged frame: %s',
    async (_, { syntaxes }) => {
      const said = vi.spyOn(console, 'log');
      for (const syntax of syntaxes)
        await expect(
          read({ 'a.dcm': dicomPacked(`${PREFIX}.${syntax}`, [Uint8Array.of(1, 2, 3, 4)], SIZE) }, 'a.dcm'),
        ).rejects.toThrow(/^a\.dcm: a frame of JPEG.* that cannot be decoded \(/);
      expect(said).not.toHaveBeenCalled();
      said.mockRestore();
    },
  );
});

describe('JPEG', () => {
  const levels = Array.from({ length: 128 }, (_, i) => Math.round(127 + 120 * Math.sin(i / 20)));
  const jpeg = () =>
    sharp(Uint8Array.from(levels), { raw: { ...SIZE, channels: 1 } })
      .toColourspace('b-w')
      .jpeg({ quality: 100 })
      .toBuffer();

  test('of 8 bits is decoded, also by the name of 12', async () => {
    for (const syntax of [50, 51]) {
      const file = dicomPacked(`${PREFIX}.${syntax}`, [await jpeg()], { ...SIZE, bits: 8 });
      const { data, lossy } = await read({ 'a.dcm': file }, 'a.dcm');
      expect(lossy).toBe(true);
      data.forEach((value, i) => expect(Math.abs(value - levels[i]!)).toBeLessThanOrEqual(3));
    }
  });

  test('of 12 bits is refused by name, whether the file or its stream says so', async () => {
    // The same stream with another number of bits in its frame header.
    const twelve = Buffer.from(await jpeg());
    const at = twelve.indexOf(Buffer.from([0xff, 0xc0]));
    twelve[at + 1] = 0xc1;
    twelve[at + 4] = 12;
    const why =
      'a.dcm: a frame of JPEG extended that cannot be decoded (12 bits, expected 8: decompress it, with dcmdjpeg';
    for (const bits of [8, 16])
      await expect(
        read(
          { 'a.dcm': dicomPacked(`${PREFIX}.51`, [twelve], { ...SIZE, bits, stored: Math.min(bits, 12) }) },
          'a.dcm',
        ),
      ).rejects.toThrow(why);
  });

  test.skipIf(!hasTool('dcmcjpeg'))('of 12 bits that dcmcjpeg wrote is refused by name', async () => {
    const values = Array.from({ length: 40 * 30 }, (_, i) => (i * 977) % 4001);
    const plain = dicomImage(values, { width: 40, height: 30 }, [
      ['00280101', 'US', [12]],
      ['00280102', 'US', [11]],
      ['00280103', 'US', [0]],
    ]);
    const root = await folderOf({ 'plain.dcm': plain });
    execFileSync('dcmcjpeg', ['+ee', join(root, 'plain.dcm'), join(root, 'packed.dcm')], { stdio: 'ignore' });
    await expect(read({ 'a.dcm': readFileSync(join(root, 'packed.dcm')) }, 'a.dcm')).rejects.toThrow(
      '(12 bits, expected 8: decompress it, with dcmdjpeg or gdcmconv --raw)',
    );
  });
});
