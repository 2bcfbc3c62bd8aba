import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { hasTool } from '../fixtures/has-tool.js';
import { pythonWith } from '../fixtures/python.js';
import { folderOf } from '../fixtures/temporary.js';
import { encodeNifti } from './encode-nifti.js';
import { filesUnder } from './files.js';
import { encodeMetaImage } from './metaimage.js';
import { encodeNrrd } from './nrrd.js';
import { encodePnm } from './pnm.js';
import { readRaster } from './read-raster.js';
import { encodeTiff } from './tiff.js';

const values = Float32Array.from({ length: 60 }, (_, i) => Math.fround((i / 59) ** 3));
// A turn about z by 30 degrees, x flipped, with steps of 0.5, 0.8 and 3, in numbers of 32 bits.
const [c, s] = [Math.cos(Math.PI / 6), Math.sin(Math.PI / 6)];
const affine = [-0.5 * c, 0.8 * s, 0, 4, 0.5 * s, 0.8 * c, 0, -9, 0, 0, 3, 2.5, 0, 0, 0, 1].map(Math.fround);
const volume = { width: 5, height: 3, depth: 4, affine };

const nibabel = pythonWith('nibabel', 'numpy');
describe.skipIf(!nibabel)('nibabel', () => {
  test('reads what encodeNifti writes, values and place, and by the qform alone', async () => {
    const root = await folderOf({ 'a.nii.gz': await encodeNifti(values, volume) });
    const told = nibabel!(
      `import nibabel
image = nibabel.load(sys.argv[1])
print(json.dumps([image.shape, image.get_fdata().ravel(order='F').tolist(), image.affine.tolist(), image.get_qform().tolist(), [float(z) for z in image.header.get_zooms()]]))`,
      join(root, 'a.nii.gz'),
    ) as [number[], number[], number[][], number[][], number[]];
    expect(told[0]).toEqual([5, 3, 4]);
    expect(Float32Array.from(told[1])).toEqual(values);
    expect(told[2].flat()).toEqual(affine);
    // Of a half turn the quaternion keeps what the root of 32 bits keeps.
    told[3].flat().forEach((value, i) => expect(value).toBeCloseTo(affine[i]!, 2));
    [0.5, 0.8, 3].forEach((size, i) => expect(told[4][i]).toBeCloseTo(size, 6));
  });

  test('writes pairs, Analyze and NIfTI-2 that are read alike', async () => {
    const root = await folderOf({});
    nibabel!(
      `import nibabel, numpy
data = numpy.arange(24, dtype='int16').reshape(4, 3, 2) * 7 - 50
affine = numpy.array([[-2, 0, 0, 5], [0, 3, 0, 6], [0, 0, 4, 7], [0, 0, 0, 1.0]])
nibabel.save(nibabel.Nifti1Pair(data, affine), sys.argv[1] + '/pair.hdr')
nibabel.save(nibabel.AnalyzeImage(data, affine), sys.argv[1] + '/analyze.hdr')
nibabel.save(nibabel.Nifti2Image(data.astype('>i8'), affine), sys.argv[1] + '/two.nii.gz')
print(json.dumps(data.ravel(order='F').tolist()))`,
      root,
    );
    const wanted = Array.from({ length: 24 }, (_, i) => {
      const [x, y, z] = [i % 4, Math.floor(i / 4) % 3, Math.floor(i / 12)];
      return (6 * x + 2 * y + z) * 7 - 50;
    });
    for (const path of ['pair.hdr', 'pair.img', 'analyze.hdr', 'two.nii.gz']) {
      const raster = await readRaster(filesUnder(root), path, { pixelLimit: 1e4, volume: true });
      expect([path, [...raster.data], raster.spacing]).toEqual([path, wanted, [2, 3, 4]]);
      expect([path, raster.affine]).toEqual([
        path,
        path === 'analyze.hdr' ? undefined : [-2, 0, 0, 5, 0, 3, 0, 6, 0, 0, 4, 7, 0, 0, 0, 1],
      ]);
    }
  });
});

const tifffile = pythonWith('tifffile', 'numpy');
describe.skipIf(!tifffile)('tifffile', () => {
  test('reads what encodeTiff writes, pages, floats and sizes', async () => {
    const root = await folderOf({ 'a.tif': await encodeTiff(values, { ...volume, spacing: [0.5, 0.8, 3] }) });
    const told = tifffile!(
      `import tifffile
with tifffile.TiffFile(sys.argv[1]) as tif:
    page = tif.pages[0]
    print(json.dumps([tif.is_ome, list(tif.asarray().shape), tif.asarray().ravel().tolist(), page.tags['XResolution'].value, page.tags['YResolution'].value]))`,
      join(root, 'a.tif'),
    ) as [boolean, number[], number[], [number, number], [number, number]];
    expect(told.slice(0, 2)).toEqual([true, [4, 3, 5]]);
    expect(Float32Array.from(told[2])).toEqual(values);
    expect(told.slice(3).map((pair) => (10 * (pair as number[])[1]!) / (pair as number[])[0]!)).toEqual([
      expect.closeTo(0.5, 6),
      expect.closeTo(0.8, 6),
    ]);
  });

  test('writes OME-TIFF whose channels are told by name, and whose slices are a volume', async () => {
    const root = await folderOf({});
    tifffile!(
      `import tifffile, numpy
data = numpy.arange(48, dtype='uint16').reshape(2, 2, 3, 4) * 1000
meta = {'axes': 'CZYX', 'Channel': {'Name': ['DAPI', 'GFP']}, 'PhysicalSizeX': 250.0, 'PhysicalSizeXUnit': 'µm', 'PhysicalSizeY': 500.0, 'PhysicalSizeYUnit': 'µm', 'PhysicalSizeZ': 2.0, 'PhysicalSizeZUnit': 'mm'}
tifffile.imwrite(sys.argv[1] + '/two.ome.tif', data, photometric='minisblack', metadata=meta, ome=True)
meta['axes'] = 'ZYX'
del meta['Channel']
tifffile.imwrite(sys.argv[1] + '/one.ome.tif', data[0], photometric='minisblack', metadata=meta, ome=True, bigtiff=True)
tifffile.imwrite(sys.argv[1] + '/imagej.tif', data.transpose(1, 0, 2, 3), imagej=True, photometric='minisblack', metadata={'axes': 'ZCYX'})
print('null')`,
      root,
    );
    const read = (path: string, more: object) =>
      readRaster(filesUnder(root), path, { pixelLimit: 1e4, grey: true, ...more });
    await expect(read('two.ome.tif', { volume: true })).rejects.toThrow('(2 channels: DAPI, GFP; 2 slices)');
    await expect(read('imagej.tif', { volume: true })).rejects.toThrow('(2 channels; 2 slices)');
    const whole = await read('one.ome.tif', { volume: true });
    expect(whole).toMatchObject({ width: 4, height: 3, depth: 2, spacing: [0.25, 0.5, 2] });
    expect([...whole.data]).toEqual(Array.from({ length: 24 }, (_, i) => 1000 * i));
    expect([...(await read('two.ome.tif', { slice: 2 })).data]).toEqual(
      Array.from({ length: 12 }, (_, i) => 1000 * (i + 24)),
    );
  });
});

const pillow = pythonWith('PIL.Image');
describe.skipIf(!pillow)('Pillow', () => {
  test('reads what encodePnm writes', async () => {
    const data = values.slice(0, 12);
    for (const channels of [1, 3]) {
      const image = { data, width: 12 / channels / 2, height: 2, channels };
      const root = await folderOf({ 'a.ppm': encodePnm(image) });
      const told = pillow!(
        `import PIL.Image
image = PIL.Image.open(sys.argv[1])
print(json.dumps([image.mode, list(image.size), list(image.tobytes())]))`,
        join(root, 'a.ppm'),
      );
      expect(told).toEqual([
        channels === 1 ? 'L' : 'RGB',
        [image.width, 2],
        [...data].map((level) => Math.round(255 * level)),
      ]);
    }
  });
});

const plain = {
  ...{ width: 5, height: 3, depth: 4 },
  affine: [-0.5, 0, 0, 4, 0, -0.75, 0, 9, 0, 0, 3, 2.5, 0, 0, 0, 1],
};

/** NRRD's own tool, by the name that Debian gives it or its own. */
const unu = ['teem-unu', 'unu'].find(hasTool);
describe.skipIf(!unu)('unu', () => {
  test('reads what encodeNrrd writes, and writes NRRD that is read alike, whatever the encoding', async () => {
    const root = await folderOf({ 'a.nrrd': await encodeNrrd(values, plain) });
    const at = (name: string) => join(root, name);
    const save = (name: string, how: string[]) =>
      execFileSync(unu!, ['save', '-f', 'nrrd', ...how, '-i', at('a.nrrd'), '-o', at(name)]);
    save('b.nhdr', ['-e', 'raw', '-en', 'little']);
    const raw = readFileSync(at('b.raw'));
    expect(values.map((_, i) => raw.readFloatLE(4 * i))).toEqual(values);
    expect(readFileSync(at('b.nhdr'), 'utf8')).toMatch(
      /sizes: 5 3 4\n[\s\S]*space directions: \(0\.5,0,0\) \(0,0\.75,0\) \(0,0,3\)[\s\S]*space origin: \(-4,-9,2\.5\)/,
    );
    const first = await readRaster(filesUnder(root), 'a.nrrd', { pixelLimit: 1e4, volume: true });
    const saved: [string, string[]][] = [
      ['c.nrrd', ['-e', 'raw', '-en', 'big']],
      ['d.nrrd', ['-e', 'gzip']],
      ['e.nrrd', ['-e', 'text']],
      ['f.nhdr', ['-e', 'gzip']],
    ];
    for (const [name, how] of saved) {
      save(name, how);
      const again = await readRaster(filesUnder(root), name, { pixelLimit: 1e4, volume: true });
      expect([name, again]).toEqual([name, first]);
    }
  });
});

const vtk = pythonWith('vtk');
describe.skipIf(!vtk)('VTK', () => {
  test('reads what encodeMetaImage writes, values, spacing and place', async () => {
    const root = await folderOf({ 'a.mha': await encodeMetaImage(values, plain) });
    const told = vtk!(
      `import vtk
from vtk.util.numpy_support import vtk_to_numpy
def read(reader, path):
    reader.SetFileName(path)
    reader.Update()
    image = reader.GetOutput()
    return [list(image.GetDimensions()), list(image.GetSpacing()), list(image.GetOrigin()), vtk_to_numpy(image.GetPointData().GetScalars()).ravel().tolist()]
print(json.dumps(read(vtk.vtkMetaImageReader(), sys.argv[1] + '/a.mha')))`,
      root,
    );
    // The origin from left and back, as DICOM and this format have it.
    expect(told).toEqual([[5, 3, 4], [0.5, 0.75, 3], [-4, -9, 2.5], [...values]]);
  });

  test('writes MetaImage that is read alike, compressed or not, in one file or two', async () => {
    const root = await folderOf({});
    vtk!(
      `import vtk
image = vtk.vtkImageData()
image.SetDimensions(4, 3, 2)
image.SetSpacing(2, 3, 4)
image.SetOrigin(5, 6, 7)
image.AllocateScalars(vtk.VTK_SHORT, 1)
for i in range(24): image.SetScalarComponentFromDouble(i % 4, i // 4 % 3, i // 12, 0, 7 * i - 50)
for name, packed in (('a.mhd', False), ('b.mhd', True), ('c.mha', False), ('d.mha', True)):
    writer = vtk.vtkMetaImageWriter()
    writer.SetFileName(sys.argv[1] + '/' + name)
    writer.SetCompression(packed)
    writer.SetInputData(image)
    writer.Write()
print('null')`,
      root,
    );
    for (const path of ['a.mhd', 'b.mhd', 'c.mha', 'd.mha']) {
      const raster = await readRaster(filesUnder(root), path, { pixelLimit: 1e4, volume: true });
      expect([path, [...raster.data]]).toEqual([path, Array.from({ length: 24 }, (_, i) => 7 * i - 50)]);
      expect([path, raster.spacing]).toEqual([path, [2, 3, 4]]);
      expect([path, raster.affine]).toEqual([path, [-2, 0, 0, -5, 0, -3, 0, -6, 0, 0, 4, 7, 0, 0, 0, 1]]);
    }
  });
});
