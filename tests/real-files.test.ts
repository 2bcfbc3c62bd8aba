import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import { encodeNifti, encodeTiff, readImage } from '@diff/datasets';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { ctSlice } from '../packages/datasets/src/fixtures/dicom-series.js';
import { pythonWith } from '../packages/datasets/src/fixtures/python.js';
import { evaluateCommand } from '../packages/pipeline/src/cli/evaluate.js';
import { fuseCommand } from '../packages/pipeline/src/cli/fuse.js';
import { emptyFolder, run } from '../packages/pipeline/src/fixtures/command-line.js';

/*
 * What people bring: masks 8 wide and 6 high of two raters, whose average is 0 .5 1 1 .5 0 0 0 in rows 1 to 3, in the forms that
 * scanners and viewers give them. Once in files that are made here, and once in files by Pillow, tifffile and nibabel, whose readers
 * then judge what was written.
 */

const [WIDTH, HEIGHT] = [8, 6];
const SIZE = { width: WIDTH, height: HEIGHT };
const square = (left: number) =>
  Uint8Array.from({ length: 48 }, (_, i) => Number(i % 8 >= left && i % 8 < left + 3 && i >= 8 && i < 32));
const [m1, m2] = [square(1), square(2)];
const MEAN = [0, 0.5, 1, 1, 0.5, 0, 0, 0];
const rowsOf = (row: readonly number[]) => [
  ...Array(8).fill(0),
  ...row,
  ...row,
  ...row,
  ...Array(16).fill(0),
];
const affineOf = (x: number, y: number, z: number, x0 = 0, y0 = 0) => [
  ...[x, 0, 0, x0, 0, y, 0, y0, 0, 0, z, 0],
  ...[0, 0, 0, 1],
];
const times = (mask: Uint8Array, factor: number) => mask.map((value) => value * factor);
const mirrored = (mask: Uint8Array) => mask.map((_, i) => mask[i - (i % 8) + 7 - (i % 8)]!);

const grey = (values: Uint8Array) => sharp(values, { raw: { ...SIZE, channels: 1 } }).toColourspace('b-w');
const grey16 = (values: Uint8Array) =>
  sharp(Uint16Array.from(values), { raw: { ...SIZE, channels: 1 } }).toColourspace('grey16');
const rgba = (mask: Uint8Array) =>
  sharp(
    Uint8Array.from({ length: 192 }, (_, i) => (i % 4 < 3 ? 255 : 255 * mask[i >> 2]!)),
    {
      raw: { ...SIZE, channels: 4 },
    },
  );
/** A PNG file of a palette: what each pixel has is an index. */
function palette(indices: Uint8Array, colours: readonly number[]): Buffer {
  const chunk = (type: string, body: Uint8Array) => {
    const named = Buffer.concat([Buffer.from(type, 'latin1'), body]);
    const ends = Buffer.alloc(8);
    ends.writeUInt32BE(body.length, 0);
    ends.writeUInt32BE(crc32(named), 4);
    return Buffer.concat([ends.subarray(0, 4), named, ends.subarray(4)]);
  };
  const head = Buffer.from([0, 0, 0, WIDTH, 0, 0, 0, HEIGHT, 8, 3, 0, 0, 0]);
  const rows = Array.from({ length: HEIGHT }, (_, y) => [0, ...indices.subarray(WIDTH * y, WIDTH * (y + 1))]);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', head),
    chunk('PLTE', Uint8Array.from(colours)),
    chunk('IDAT', deflateSync(Uint8Array.from(rows.flat()))),
    chunk('IEND', new Uint8Array(0)),
  ]);
}
/** 256 colours, none of which is grey. */
const COLOURS = Array.from({ length: 256 }, (_, i) => [i, 255 - i, 7]).flat();
const voided = (mask: Uint8Array) => mask.map((value, i) => (i === 47 ? 255 : 5 * value));
const floats = (mask: Uint8Array, factor: number) => Float32Array.from(mask, (value) => value * factor);
const stack = Float32Array.from([...Array(48).fill(0), ...m1, ...m1]);

interface Recipe {
  what: string;
  /** How each rater's mask is called. */
  name: (rater: 1 | 2) => string;
  /** The file of a rater. */
  file: (mask: Uint8Array, rater: 1 | 2) => Promise<Uint8Array>;
  /** The same by other programs: Python that puts mask `m` of rater `r` at `path`. */
  python?: string;
  args?: readonly string[];
  /** The row of the average. */
  gives?: readonly number[];
  /** Or the error. */
  refused?: RegExp;
}

const png = (rater: 1 | 2) => `a_${rater}.png`;
const tiff = (rater: 1 | 2) => `a_${rater}.tif`;
const nifti = (rater: 1 | 2) => `a_${rater}.nii.gz`;
const one = affineOf(1, 1, 1);

const RECIPES: readonly Recipe[] = [
  {
    what: 'one rater in 0 and 1, another in 0 and 255',
    name: png,
    file: (mask, rater) =>
      grey(times(mask, rater === 1 ? 1 : 255))
        .png()
        .toBuffer(),
    python: 'PIL.Image.fromarray(m * (1 if r == 1 else 255)).save(path)',
    gives: MEAN,
  },
  {
    what: '16 bits of 0 and 1',
    name: png,
    file: (mask) => grey16(mask).png().toBuffer(),
    python: "PIL.Image.fromarray(m.astype('uint16')).save(path)",
    gives: MEAN,
  },
  {
    what: '16 bits of 0 and 1, above 0',
    name: png,
    file: (mask) => grey16(mask).png().toBuffer(),
    python: "PIL.Image.fromarray(m.astype('uint16')).save(path)",
    args: ['--above', '0'],
    gives: MEAN,
  },
  {
    what: 'a transparency that carries the mask',
    name: png,
    file: (mask) => rgba(mask).png().toBuffer(),
    python: "PIL.Image.fromarray(numpy.dstack([m * 0 + 255] * 3 + [m * 255]).astype('uint8')).save(path)",
    gives: MEAN,
  },
  {
    what: 'a palette whose index 1 is dark red',
    name: png,
    file: async (mask) => palette(mask, [0, 0, 0, 128, 0, 0]),
    python: 'p = PIL.Image.fromarray(m, mode="P"); p.putpalette([0, 0, 0, 128, 0, 0]); p.save(path)',
    gives: MEAN,
  },
  {
    what: 'a palette with a label 5 and void 255 asks which',
    name: png,
    file: async (mask) => palette(voided(mask), COLOURS),
    python:
      'm = m * 5; m[5, 7] = 255; p = PIL.Image.fromarray(m, mode="P"); p.putpalette(sum([[i, 255 - i, 7] for i in range(256)], [])); p.save(path)',
    refused: /a_1\.png: .*5, 255.*class/,
  },
  {
    what: 'a palette with a label 5 and void 255, of which 5 is inside',
    name: png,
    file: async (mask) => palette(voided(mask), COLOURS),
    python:
      'm = m * 5; m[5, 7] = 255; p = PIL.Image.fromarray(m, mode="P"); p.putpalette(sum([[i, 255 - i, 7] for i in range(256)], [])); p.save(path)',
    args: ['--class', '5'],
    gives: MEAN,
  },
  {
    what: 'degrees of 0.6 in a TIFF of floats',
    name: tiff,
    file: (mask) => encodeTiff(floats(mask, 0.6), SIZE),
    python: "tifffile.imwrite(path, m.astype('float32') * numpy.float32(0.6))",
    args: ['--soft'],
    gives: [0, 0.3, 0.6, 0.6, 0.3, 0, 0, 0],
  },
  {
    what: 'degrees of 0.6 in NIfTI',
    name: nifti,
    file: (mask) => encodeNifti(floats(mask, 0.6), SIZE),
    python: "nibabel.save(nibabel.Nifti1Image((m * 0.6).astype('float32').T, numpy.eye(4)), path)",
    args: ['--soft'],
    gives: [0, 0.3, 0.6, 0.6, 0.3, 0, 0, 0],
  },
  {
    what: 'a stack of three pages asks which',
    name: tiff,
    file: () => encodeTiff(stack, { ...SIZE, depth: 3 }),
    python: "tifffile.imwrite(path, numpy.stack([m * 0, m, m]).astype('uint8'), photometric='minisblack')",
    refused: /a_1\.tif: it has 3 pages.*: --slice says which to take/,
  },
  {
    what: 'a stack of three pages, of which the second is taken',
    name: tiff,
    file: (mask) =>
      encodeTiff(Float32Array.from([...Array(48).fill(0), ...mask, ...mask]), { ...SIZE, depth: 3 }),
    python: "tifffile.imwrite(path, numpy.stack([m * 0, m, m]).astype('uint8'), photometric='minisblack')",
    args: ['--slice', '1'],
    gives: MEAN,
  },
  {
    what: 'NIfTI whose x runs the other way, the same place in the world',
    name: nifti,
    file: (mask, rater) =>
      rater === 1
        ? encodeNifti(mask, { ...SIZE, affine: affineOf(-1, 1, 1) })
        : encodeNifti(mirrored(mask), { ...SIZE, affine: affineOf(1, 1, 1, -7) }),
    python: `affine = numpy.diag([-1.0 if r == 1 else 1.0, 1, 1, 1])
if r == 2: affine[0, 3] = -7
nibabel.save(nibabel.Nifti1Image((m.T if r == 1 else m.T[::-1])[:, :, None], affine), path)`,
    gives: MEAN,
  },
  {
    what: 'NIfTI of integers of 64 bits',
    name: nifti,
    file: (mask) => encodeNifti(mask, { ...SIZE, affine: one }),
    python: "nibabel.save(nibabel.Nifti1Image(m.astype('int64').T, numpy.eye(4), dtype='int64'), path)",
    gives: MEAN,
  },
];

const written = async (files: Record<string, Uint8Array>): Promise<string> => {
  const root = await emptyFolder();
  for (const [path, bytes] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), bytes);
  }
  return root;
};

/** What `fuse` makes of a folder: the floats of a TIFF as they are stored, or what it says. */
async function fused({ name, args = [] }: Recipe, root: string): Promise<number[] | string> {
  const out = await emptyFolder();
  const pattern = name(1).replace('a_1', '{id}_{rater}');
  const { code, stderr } = await run(fuseCommand, [
    ...[root, '--masks', pattern, '-m', 'mean', '--format', 'tiff', 'nifti', '--out', out, ...args],
  ]);
  if (code) return stderr;
  const found = [];
  for (const end of ['tiff', 'nii.gz'])
    found.push(await readImage(join(out, 'object', `a.${end}`), { stored: true }));
  expect(found[1]!.data).toEqual(found[0]!.data);
  return Array.from(found[0]!.data);
}

const judged = (recipe: Recipe, found: number[] | string) => {
  if (recipe.refused) expect(found).toMatch(recipe.refused);
  else expect(found).toEqual(rowsOf(recipe.gives!).map((value) => expect.closeTo(value, 6)));
};

describe('masks as people bring them, by files made here', () => {
  test.each(RECIPES.map((recipe) => [recipe.what, recipe] as const))('%s', async (_, recipe) => {
    const root = await written({
      [recipe.name(1)]: await recipe.file(m1, 1),
      [recipe.name(2)]: await recipe.file(m2, 2),
    });
    judged(recipe, await fused(recipe, root));
  });

  test('what fuse wrote is read by fuse and evaluate again, degrees and all', async () => {
    const root = await written({
      'a_1.nii.gz': await encodeNifti(m1, { ...SIZE, affine: one }),
      'a_2.nii.gz': await encodeNifti(m2, { ...SIZE, affine: one }),
    });
    const out = await emptyFolder();
    const masks = ['--masks', '{id}_{rater}.nii.gz'];
    await run(fuseCommand, [root, ...masks, '-m', 'mean', '--format', 'nifti', '--out', out]);
    const again = await emptyFolder();
    await run(fuseCommand, [
      ...[out, '--masks', 'object/{id}.nii.gz', '--soft', '-m', 'mean', '--format', 'tiff', '--out', again],
    ]);
    const { data } = await readImage(join(again, 'object', 'a.tiff'), { stored: true });
    expect(Array.from(data)).toEqual(rowsOf(MEAN));
    const { code, stdout, stderr } = await run(evaluateCommand, [out, root, ...masks]);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/object +1 +1 +1 +/);
  });

  test('48 levels of a TIFF of floats stay 48', async () => {
    const levels = Float32Array.from({ length: 48 }, (_, i) => i / 47);
    const root = await written({ 'a.tif': await encodeTiff(levels, SIZE) });
    const { data } = await readImage(join(root, 'a.tif'));
    expect(new Set(data).size).toBe(48);
    expect(data).toEqual(levels);
  });

  test('a fused NIfTI has the affine, zooms and codes of its input', async () => {
    const affine = affineOf(0.5, 0.8, 3).map(Math.fround);
    const root = await written({
      'a_1.nii.gz': await encodeNifti(m1, { ...SIZE, affine }),
      'a_2.nii.gz': await encodeNifti(m2, { ...SIZE, affine }),
    });
    const out = await emptyFolder();
    await run(fuseCommand, [root, '--masks', '{id}_{rater}.nii.gz', '--format', 'nifti', '--out', out]);
    const path = join(out, 'object', 'a.nii.gz');
    const found = await readImage(path, { stored: true });
    expect(found.affine).toEqual(affine);
    expect(found.spacing).toEqual([0.5, 0.8, 3].map(Math.fround));
    if (!nibabel) return;
    expect(
      nibabel(
        `import nibabel
image = nibabel.load(sys.argv[1])
h = image.header
print(json.dumps([numpy.abs(image.affine - numpy.diag([.5, .8, 3, 1])).max() < 1e-6, [round(float(z), 5) for z in h.get_zooms()], int(h['sform_code']) > 0, int(h['qform_code']) > 0], default=bool))`,
        path,
      ),
    ).toEqual([true, [0.5, 0.8, 3], true, true]);
  });
});

test('masks of a DICOM series become a segmentation that refers to it, and is judged on it', async () => {
  const volume = {
    width: 5,
    height: 4,
    depth: 3,
    affine: [-0.5, 0, 0, 10, 0, -0.75, 0, -20, 0, 0, 5, 25, 0, 0, 0, 1],
  };
  const mask = (columns: number) =>
    Uint8Array.from({ length: 60 }, (_, i) => Number(i % 5 < columns && i >= 20 && i < 40));
  const files: Record<string, Uint8Array> = {};
  // Files whose names, without extension, run against their places.
  for (const [k, z] of [25, 30, 35].entries())
    files[`ct/a/IM${9 - k}`] = ctSlice(Array(20).fill(k), { position: [-10, 20, z] });
  for (const rater of [1, 2]) files[`m/a_${rater}.nii.gz`] = await encodeNifti(mask(rater + 1), volume);
  const [root, out] = [await written(files), await emptyFolder()];
  const data = [root, '--images', 'ct/{id}/*', '--volume'];
  const masks = ['--masks', 'm/{id}_{rater}.nii.gz'];
  const { code, stderr } = await run(fuseCommand, [
    ...[...data, ...masks, '-m', 'majority', '--format', 'dicom-seg', '--out', out],
  ]);
  expect([code, stderr]).toEqual([0, '']);
  const segment = await readFile(join(out, 'object', 'a.dcm'));
  for (const uid of ['1.2.3.1', '1.2.3.2', '1.2.3.4.1250', '1.2.3.4.1350', 'patient-7'])
    expect(segment.includes(uid)).toBe(true);
  await mkdir(join(root, 'seg'));
  await writeFile(join(root, 'seg', 'a_1.dcm'), segment);
  const again = await emptyFolder();
  const args = [
    ...data,
    '--masks',
    'seg/{id}_{rater}.dcm',
    '-m',
    'majority',
    '--format',
    'nrrd',
    '--out',
    again,
  ];
  const second = await run(fuseCommand, args);
  expect([second.code, second.stderr]).toEqual([0, '']);
  const found = await readImage(join(again, 'object', 'a.nrrd'), { stored: true, volume: true });
  expect(found).toMatchObject(volume);
  expect([...found.data]).toEqual([...mask(2)]);
});

const asks = pythonWith('PIL.Image', 'tifffile', 'nibabel', 'numpy');
const nibabel =
  pythonWith('nibabel', 'numpy') &&
  ((script: string, ...args: string[]) =>
    pythonWith('nibabel', 'numpy')!(`import numpy\n${script}`, ...args));

describe.skipIf(!asks)('masks as people bring them, by files of Pillow, tifffile and nibabel', () => {
  test.each(RECIPES.filter(({ python }) => python).map((recipe) => [recipe.what, recipe] as const))(
    '%s',
    async (_, recipe) => {
      const root = await emptyFolder();
      const body = recipe.python!.replaceAll('\n', '\n    ');
      asks!(
        `import PIL.Image, numpy, tifffile, nibabel
for r in (1, 2):
    m = numpy.zeros((6, 8), 'uint8')
    m[1:4, r:r + 3] = 1
    path = sys.argv[1] + '/' + sys.argv[1 + r]
    ${body}
print('null')`,
        ...[root, recipe.name(1), recipe.name(2)],
      );
      judged(recipe, await fused(recipe, root));
    },
  );

  test('Pillow, tifffile and nibabel read the average that fuse wrote', async () => {
    const root = await written({
      'a_1.png': await grey(m1).png().toBuffer(),
      'a_2.png': await grey(times(m2, 255)).png().toBuffer(),
    });
    const out = await emptyFolder();
    const formats = ['--format', 'png', 'tiff', 'nifti', '--bits', '16'];
    await run(fuseCommand, [root, '--masks', '{id}_{rater}.png', '-m', 'mean', ...formats, '--out', out]);
    const told = asks!(
      `import PIL.Image, numpy, tifffile, nibabel
at = sys.argv[1] + '/object/a.'
print(json.dumps([(numpy.array(PIL.Image.open(at + 'png')) / 65535).ravel().tolist(), tifffile.imread(at + 'tiff').ravel().tolist(), nibabel.load(at + 'nii.gz').get_fdata().T.ravel().tolist()]))`,
      out,
    ) as number[][];
    for (const values of told) expect(values).toEqual(rowsOf(MEAN).map((value) => expect.closeTo(value, 4)));
    expect((await readFile(join(out, 'settings.json'), 'utf8')).length).toBeGreaterThan(10);
  });
});
