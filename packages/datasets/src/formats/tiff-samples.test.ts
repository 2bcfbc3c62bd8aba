import { describe, expect, test } from 'vitest';
import { pythonWith } from '../fixtures/python.js';
import { reader } from '../fixtures/read-raster.js';
import { folderOf } from '../fixtures/temporary.js';
import { filesUnder } from './files.js';
import { readRaster } from './read-raster.js';

const read = reader({ pixelLimit: 100 });

/** A TIFF of one uncompressed strip per page, by the specification: tags of short and long integers, and fractions. */
function tiffOf(
  little: boolean,
  pages: readonly Uint8Array[],
  tags: Readonly<Record<number, number | readonly [number, number]>>,
): Uint8Array {
  const fields: typeof tags = { 273: 0, ...tags };
  const size = 2 + 12 * Object.keys(fields).length + 4 + 16;
  const bytes = new Uint8Array(8 + pages.reduce((sum, page) => sum + size + page.length, 0));
  const view = new DataView(bytes.buffer);
  bytes.set(Buffer.from(little ? 'II' : 'MM'));
  view.setUint16(2, 42, little);
  view.setUint32(4, 8, little);
  let at = 8;
  pages.forEach((page, k) => {
    let beyond = at + size - 16;
    view.setUint16(at, Object.keys(fields).length, little);
    Object.entries<(typeof tags)[number]>({ ...fields, 273: at + size }).forEach(([tag, value], i) => {
      const entry = at + 2 + 12 * i;
      view.setUint16(entry, Number(tag), little);
      view.setUint16(entry + 2, typeof value === 'number' ? 4 : 5, little);
      view.setUint32(entry + 4, 1, little);
      view.setUint32(entry + 8, typeof value === 'number' ? value : beyond, little);
      if (typeof value === 'number') return;
      value.forEach((part, j) => view.setUint32(beyond + 4 * j, part, little));
      beyond += 8;
    });
    bytes.set(page, at + size);
    at += size + page.length;
    view.setUint32(at - page.length - 20, k + 1 < pages.length ? at : 0, little);
  });
  return bytes;
}

const [SIGNED, FLOAT] = [2, 3];
const values = [-3.5, 0.6, 1e-3, 0, 65504, -1 / 3];
const tagsOf = (bits: number, format: number, bytes: number) => ({
  ...{ 256: 3, 257: 2, 258: bits, 259: 1, 262: 1, 277: 1, 278: 2, 279: bytes, 339: format },
});
const doubles = (of: readonly number[], little: boolean) => {
  const view = new DataView(new ArrayBuffer(8 * of.length));
  of.forEach((value, i) => view.setFloat64(8 * i, value, little));
  return new Uint8Array(view.buffer);
};
const shorts = (of: readonly number[], little: boolean) => {
  const view = new DataView(new ArrayBuffer(2 * of.length));
  of.forEach((value, i) => view.setInt16(2 * i, value, little));
  return new Uint8Array(view.buffer);
};

test.each([true, false])('doubles come as floats, pages as slices (little-endian: %s)', async (little) => {
  const others = values.map((value) => -value);
  const file = tiffOf(little, [doubles(values, little), doubles(others, little)], tagsOf(64, FLOAT, 48));
  const whole = await read({ 'a.tif': file }, 'a.tif', { volume: true });
  expect(whole).toMatchObject({ width: 3, height: 2, depth: 2, channels: 1 });
  expect(whole.data).toEqual(Float32Array.from([...values, ...others]));
  expect((await read({ 'a.tif': file }, 'a.tif', { slice: 1 })).data).toEqual(Float32Array.from(others));
  await expect(read({ 'a.tif': file }, 'a.tif', { slice: 1, pixelLimit: 5 })).rejects.toThrow(
    'exceeds pixel limit',
  );
});

test.each([true, false])('signed integers and halves are exact (little-endian: %s)', async (little) => {
  const signed = [0, 1, -1, 300, -32768, 32767];
  const integers = tiffOf(little, [shorts(signed, little)], tagsOf(16, SIGNED, 12));
  expect([...(await read({ 'a.tif': integers }, 'a.tif')).data]).toEqual(signed);
  // From the table of IEEE 754: 1, -2, the largest, the smallest, the smallest normal one, a third.
  const bits = [0x3c00, 0xc000, 0x7bff, 0x0001, 0x0400, 0x3555];
  const halves = tiffOf(little, [shorts(bits, little)], tagsOf(16, FLOAT, 12));
  expect([...(await read({ 'a.tif': halves }, 'a.tif')).data]).toEqual([
    ...[1, -2, 65504, 2 ** -24, 2 ** -14, 0.333251953125],
  ]);
});

test('of doubles what cannot be told is refused, and NaN until it is asked for', async () => {
  const file = (more: object, of = values) => ({
    'a.tif': tiffOf(true, [doubles(of, true)], { ...tagsOf(64, FLOAT, 48), ...more }),
  });
  await expect(read(file({ 317: 3 }), 'a.tif')).rejects.toThrow('64-bit floats with a predictor');
  await expect(read(file({ 274: 6 }), 'a.tif')).rejects.toThrow('64-bit floats with an EXIF orientation');
  await expect(read(file({ 277: 3 }), 'a.tif')).rejects.toThrow('3 channels of float64s');
  const gap = [Number.NaN, 1, 2, 3, 4, 5];
  await expect(read(file({}, gap), 'a.tif')).rejects.toThrow("the option nan: 'outside' takes it for 0");
  expect([...(await read(file({}, gap), 'a.tif', { nan: 'outside' })).data]).toEqual([0, 1, 2, 3, 4, 5]);
});

test('the tags of resolution are the spacing, in inches or centimetres, unless they are what programs put by default', async () => {
  const spacing = async (x: number, y: number, unit: number, more = {}) => {
    const resolution = { 282: [x * 10, 10], 283: [y * 10, 10], 296: unit } as const;
    const tags = { ...tagsOf(16, SIGNED, 12), ...more, ...resolution };
    return (await read({ 'a.tif': tiffOf(true, [shorts([1, 2, 3, 4, 5, 6], true)], tags) }, 'a.tif')).spacing;
  };
  expect(await spacing(20, 12.5, 3)).toEqual([0.5, 0.8]);
  expect(await spacing(20, 12.5, 3, { 274: 6 })).toEqual([0.8, 0.5]);
  expect(await spacing(25.4, 12.7, 2)).toEqual([1, 2]);
  expect(await spacing(20, 12.5, 1)).toBeUndefined();
  expect(await spacing(72, 72, 2)).toBeUndefined();
  expect(await spacing(0, 20, 3)).toBeUndefined();
});

const tifffile = pythonWith('tifffile', 'numpy');
describe.skipIf(!tifffile)('tifffile', () => {
  test('writes samples of every kind, in strips and tiles, packed or not, that are read alike', async () => {
    const root = await folderOf({});
    const written = tifffile!(
      `import numpy, tifffile
base = numpy.random.default_rng(1).standard_normal((37, 21)) * 100
told = {}
for kind in ['i1', 'i2', 'i4', 'u1', 'u2', 'u4', 'f2', 'f4', 'f8']:
    for order in '<>':
        for name, how in {'strips': {}, 'packed': {'compression': 'zlib'}, 'tiles': {'tile': (16, 32)}, 'big': {'bigtiff': True}}.items():
            data = numpy.abs(base) if kind[0] == 'u' else base
            data = data.astype(kind)
            tifffile.imwrite(f'{sys.argv[1]}/{kind}{ord(order)}{name}.tif', data, byteorder=order, **how)
            told[f'{kind}{ord(order)}{name}.tif'] = data.astype('f8').ravel().tolist()
tifffile.imwrite(sys.argv[1] + '/predicted.tif', base.astype('i2'), compression='zlib', predictor=True)
told['predicted.tif'] = base.astype('i2').astype('f8').ravel().tolist()
print(json.dumps(told))`,
      root,
    ) as Record<string, number[]>;
    expect(Object.keys(written)).toHaveLength(73);
    for (const [path, wanted] of Object.entries(written)) {
      const { data } = await readRaster(filesUnder(root), path, { pixelLimit: 1000 });
      expect([path, Float32Array.from(data)]).toEqual([path, Float32Array.from(wanted)]);
    }
  });

  test('writes the spacing that is read, as tags and for ImageJ', async () => {
    const root = await folderOf({});
    tifffile!(
      `import numpy, tifffile
plane = numpy.arange(48, dtype='u1').reshape(6, 8)
at = sys.argv[1]
tifffile.imwrite(at + '/cm.tif', plane, resolution=(20, 12.5), resolutionunit='CENTIMETER')
tifffile.imwrite(at + '/imagej.tif', numpy.stack([plane] * 3), imagej=True, resolution=(2, 1.25), metadata={'axes': 'ZYX', 'spacing': 3.0, 'unit': 'mm'})
tifffile.imwrite(at + '/micron.tif', plane, imagej=True, resolution=(2, 1.25), metadata={'unit': 'micron'})
tifffile.imwrite(at + '/pixels.tif', plane, imagej=True, resolution=(2, 1.25))
print(0)`,
      root,
    );
    const spacing = async (path: string) =>
      (await readRaster(filesUnder(root), path, { pixelLimit: 1000, volume: true })).spacing;
    expect(await spacing('cm.tif')).toEqual([0.5, 0.8]);
    expect(await spacing('imagej.tif')).toEqual([0.5, 0.8, 3]);
    (await spacing('micron.tif'))?.forEach((size, i) => expect(size).toBeCloseTo([5e-4, 8e-4][i]!, 9));
    expect(await spacing('pixels.tif')).toBeUndefined();
  });
});
