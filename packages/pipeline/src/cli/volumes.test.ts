import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { encodeNifti, encodeNrrd, readImage } from '@diff/datasets';
import { stapleMultiLabel } from '@diff/fusion';
import { describe, expect, it } from 'vitest';
import { emptyFolder, run } from '../fixtures/command-line.js';
import { readCsv } from '../folder/csv.js';
import { evaluateCommand } from './evaluate.js';
import { fuseCommand } from './fuse.js';

async function folderOf(files: Record<string, Uint8Array>): Promise<string> {
  const root = await emptyFolder();
  for (const [path, bytes] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), bytes);
  }
  return root;
}

const fuse = (root: string, out: string, ...args: string[]) =>
  run(fuseCommand, [root, '--masks', '{id}_{rater}.nii.gz', '--out', out, ...args]);
const stored = (path: string) => readImage(path, { stored: true, volume: true });

/** 8 wide, 6 high, 2 deep. */
const size = { width: 8, height: 6, depth: 2 };
const at = (inside: (x: number, y: number, z: number) => boolean) =>
  Uint8Array.from({ length: 96 }, (_, i) => Number(inside(i % 8, Math.floor(i / 8) % 6, Math.floor(i / 48))));
const first = at((x, y) => x >= 1 && x < 4 && y >= 1 && y < 4);
const second = at((x, y) => x >= 2 && x < 5 && y >= 1 && y < 4);
const affine = [-0.5, 0, 0, 10, 0, 0.75, 0, -20, 0, 0, 3, 5, 0, 0, 0, 1];
/** The same grid, whose x runs the other way. */
const other = [0.5, 0, 0, 10 - 3.5, ...affine.slice(4)];
const flipped = (values: Uint8Array) => values.map((_, i) => values[i + 7 - 2 * (i % 8)]!);

describe('volumes on the command line', () => {
  it('are fused in one piece, turned onto the first grid, with the geometry of the input', async () => {
    const root = await folderOf({
      'a_1.nii.gz': await encodeNifti(first, { ...size, affine }),
      'a_2.nii.gz': await encodeNifti(flipped(second), { ...size, affine: other }),
    });
    const out = await emptyFolder();
    const { code, stderr } = await fuse(
      ...([root, out, '--volume', '-m', 'mean', '--format', 'nifti', 'nrrd', 'mha', 'tiff'] as const),
    );
    expect([code, stderr]).toEqual([0, '']);
    const mean = Float32Array.from(first, (value, i) => (value + second[i]!) / 2);
    expect([...mean.subarray(8, 16)]).toEqual([0, 0.5, 1, 1, 0.5, 0, 0, 0]);
    for (const end of ['nii.gz', 'nrrd', 'mha'])
      expect(await stored(join(out, 'object', `a.${end}`))).toEqual({
        ...size,
        ...{ data: mean, channels: 1, affine, spacing: [0.5, 0.75, 3] },
      });
    expect(await stored(join(out, 'object', 'a.tiff'))).toEqual({
      ...size,
      ...{ data: mean, channels: 1, spacing: [0.5, 0.75, 3] },
    });
    expect(Number((await readCsv(join(out, 'fusion.csv')))[0]!.area)).toBe(18);
    const seg = await emptyFolder();
    expect((await fuse(root, seg, '--volume', '-m', 'majority', '--format', 'dicom-seg')).code).toBe(0);
    const majority = first.map((value, i) => value & second[i]!);
    // Slices come back in the order of their normal, here upwards, and rows as they were.
    expect((await stored(join(seg, 'object', 'a.dcm'))).data.reduce((a, b) => a + b)).toBe(
      majority.reduce((a, b) => a + b, 0),
    );
    const png = await fuse(root, join(out, 'x'), '--volume', '--format', 'png');
    expect([png.code, png.stderr]).toEqual([2, expect.stringContaining('png holds no volume')]);
  });

  it('are compared with what fuse wrote, distances in millimetres', async () => {
    const root = await folderOf({
      'a_1.nii.gz': await encodeNifti(first, { ...size, affine }),
      'a_2.nii.gz': await encodeNifti(second, { ...size, affine }),
    });
    const [out, json] = [await emptyFolder(), join(await emptyFolder(), 'scores.json')];
    expect((await fuse(root, out, '--volume', '-m', 'majority', '--raters', '1')).code).toBe(0);
    const { code, stderr } = await run(evaluateCommand, [
      ...[out, root, '--masks', '{id}_{rater}.nii.gz', '--volume', '--surface', '--json', json],
    ]);
    expect([code, stderr]).toEqual([0, '']);
    const { cases } = JSON.parse(await readFile(json, 'utf8')) as {
      cases: { reference: string; dice: number; hausdorff95: number; unit: string }[];
    };
    const by = (reference: string) => cases.find((one) => one.reference === reference)!;
    expect(by('1')).toMatchObject({ dice: 1, hausdorff95: 0, unit: 'mm' });
    expect(by('2').dice).toBeCloseTo(2 / 3, 12);
    // One voxel of 0.5 mm to the side.
    expect(by('2').hausdorff95).toBeCloseTo(0.5, 6);
    const elsewhere = await run(evaluateCommand, [
      await folderOf({ 'object/a.nrrd': await encodeNrrd(first, { ...size, affine: other }) }),
      ...[root, '--masks', '{id}_{rater}.nii.gz', '--volume'],
    ]);
    expect(elsewhere.stderr).toContain('its voxels lie elsewhere than those of a, expected the same grid');
  });

  it('on another grid are refused by name, or resampled where that is asked for', async () => {
    const coarse = { width: 4, height: 6, depth: 2, affine: [-1, 0, 0, 9.75, ...affine.slice(4)] };
    const root = await folderOf({
      'a_1.nii.gz': await encodeNifti(first, { ...size, affine }),
      'a_2.nii.gz': await encodeNifti(
        first.filter((_, i) => i % 2 === 0),
        coarse,
      ),
    });
    const refused = await fuse(root, await emptyFolder(), '--volume', '-m', 'mean');
    expect(refused.stderr).toContain('a_2.nii.gz: its voxels do not lie on those of its image');
    const out = await emptyFolder();
    const { code } = await fuse(
      root,
      out,
      '--volume',
      '-m',
      'mean',
      '--resample',
      'nearest',
      '--raters',
      '2',
      '1',
    );
    expect(code).toBe(0);
    const { data } = await stored(join(out, 'object', 'a.nii.gz'));
    // Each coarse voxel stands over two fine ones: x 2 and 3 of those, of columns 1 to 3.
    expect([...data.subarray(8, 16)]).toEqual([0, 0.5, 1, 1, 0, 0, 0, 0]);
  });

  it('of label maps give one map of all labels, or one label each', async () => {
    const maps = [first, second, at((x, y) => x < 3 && y < 3)].map((mask, r) =>
      mask.map((inside, i) => (inside ? (i % 8 === 2 + (r % 2) ? 3 : 1) : 0)),
    );
    const root = await folderOf(
      Object.fromEntries(
        await Promise.all(
          maps.map(async (map, r) => [`a_${r}.nii.gz`, await encodeNifti(map, { ...size, affine })]),
        ),
      ),
    );
    const out = await emptyFolder();
    const classes = ['--volume', '--classes', 'liver=1', 'spleen=3'];
    expect((await fuse(root, out, ...classes, '--label-map')).code).toBe(0);
    const { labelMap, confusion } = stapleMultiLabel(maps, { labels: [0, 1, 3], undecided: 4 });
    const found = await stored(join(out, 'labels', 'a.nii.gz'));
    expect(found).toMatchObject({ ...size, affine, data: Float32Array.from(labelMap) });
    expect(new Set(labelMap).size).toBeGreaterThan(2);
    const rows = await readCsv(join(out, 'fusion.csv'));
    expect(rows.map(({ structure, area }) => [structure, Number(area)])).toEqual([
      ['liver', labelMap.filter((label) => label === 1).length],
      ['spleen', labelMap.filter((label) => label === 3).length],
    ]);
    expect(Number(rows[1]!['sensitivity 0'])).toBe(confusion[0]![8]);
    const json = join(await emptyFolder(), 'scores.json');
    const masks = [root, '--masks', '{id}_{rater}.nii.gz'];
    const judged = await run(evaluateCommand, [out, ...masks, ...classes, '--label-map', '--json', json]);
    expect([judged.code, judged.stderr]).toEqual([0, '']);
    const { cases } = JSON.parse(await readFile(json, 'utf8')) as {
      cases: { structure: string; reference: string; dice: number }[];
    };
    const overlap = (label: number, other: Uint8Array) => {
      const both = labelMap.filter((value, i) => value === label && other[i] === label).length;
      const all = (map: ArrayLike<number>) => Array.from(map).filter((value) => value === label).length;
      return (2 * both) / (all(labelMap) + all(other));
    };
    for (const [name, label] of [
      ['liver', 1],
      ['spleen', 3],
    ] as const)
      for (const [r, map] of maps.entries())
        expect(cases.find((one) => one.structure === name && one.reference === `${r}`)!.dice).toBeCloseTo(
          overlap(label, map),
          12,
        );
    const one3 = await run(evaluateCommand, [
      ...[out, ...masks, '--volume', '--class', '3', '--label-map', '--json', json],
    ]);
    expect([one3.code, one3.stderr]).toEqual([0, '']);
    const again = JSON.parse(await readFile(json, 'utf8')) as { cases: typeof cases };
    expect(again.cases.map(({ dice }) => dice)).toEqual(
      cases.filter(({ structure }) => structure === 'spleen').map(({ dice }) => dice),
    );
    const bare = await run(evaluateCommand, [out, ...masks, '--volume', '--above', '0', '--label-map']);
    expect([bare.code, bare.stderr]).toEqual([2, expect.stringContaining('--label-map goes with --classes')]);
    const broken = await folderOf({
      'labels/a.nrrd': await encodeNrrd(
        Float32Array.from(labelMap, (label) => label / 2),
        { ...size, affine },
      ),
    });
    const refused = await run(evaluateCommand, [broken, ...masks, ...classes, '--label-map']);
    expect(refused.stderr).toMatch(/a\.nrrd: pixel \d+ is 0\.5, expected the number of a label/);
    const apart = await emptyFolder();
    expect((await fuse(root, apart, ...classes, '-m', 'majority')).code).toBe(0);
    const spleen = await stored(join(apart, 'spleen', 'a.nii.gz'));
    expect([...spleen.data]).toEqual(
      [...maps[0]!].map((_, i) => Number(maps.filter((map) => map[i] === 3).length >= 2)),
    );
    const [one, alone] = [await emptyFolder(), await stored(join(apart, 'spleen', 'a.nii.gz'))];
    await fuse(root, one, '--volume', '--class', '3', '-m', 'majority');
    expect((await stored(join(one, 'object', 'a.nii.gz'))).data).toEqual(alone.data);
    for (const [args, reason] of [
      [['--label-map'], '--label-map goes with --classes'],
      [
        ['--classes', 'a', '--label-map', '-m', 'simple'],
        '--label-map goes with --method staple or majority',
      ],
      [['--classes', 'a', 'b=2'], '--classes has a, expected names alone, or name=number of each'],
      [['--classes', 'a', 'a'], '--classes has a twice'],
    ] as const) {
      const wrong = await fuse(root, await emptyFolder(), ...args);
      expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining(reason)]);
    }
  });

  it('whose background is NaN are refused, or taken for outside', async () => {
    const values = Float32Array.of(1, 0.5, 0.25, 0);
    const bytes = await encodeNrrd(values, { width: 4, height: 1 });
    const text = 'NRRD0004\ntype: float\ndimension: 2\nsizes: 4 1\nencoding: text\n\n1 0.5 nan nan\n';
    const root = await folderOf({ 'a_1.nrrd': bytes, 'a_2.nrrd': Buffer.from(text) });
    const args = [root, '--masks', '{id}_{rater}.nrrd', '--soft', '-m', 'mean', '--format', 'nrrd', '--out'];
    const refused = await run(fuseCommand, [...args, await emptyFolder()]);
    expect(refused.stderr).toContain('a_2.nrrd: voxel 2 is NaN: --nan outside takes it for 0');
    const out = await emptyFolder();
    expect((await run(fuseCommand, [...args, out, '--nan', 'outside'])).code).toBe(0);
    expect([...(await stored(join(out, 'object', 'a.nrrd'))).data]).toEqual([1, 0.5, 0.125, 0]);
  });
});
