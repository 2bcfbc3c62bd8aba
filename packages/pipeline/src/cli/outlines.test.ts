import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeCoco, encodeGeoJson, encodePng, folder } from '@diff/datasets';
import { beforeAll, expect, it } from 'vitest';
import { emptyFolder, run } from '../fixtures/command-line.js';
import { decodePng } from '../fixtures/decode.js';
import { evaluateCommand } from './evaluate.js';
import { fuseCommand } from './fuse.js';

const SIZE = { width: 8, height: 6 };
/** A square of three in rows 1 to 3, from a column on. */
const square = (left: number) =>
  Uint8Array.from({ length: 48 }, (_, i) => Number(i % 8 >= left && i % 8 < left + 3 && i >= 8 && i < 32));
/** A square of five with a hole. */
const ring = Uint8Array.from({ length: 48 }, (_, i) => Number(i % 8 < 5 && i < 40 && i !== 18));

let root: string;
beforeAll(async () => {
  root = await emptyFolder();
  await mkdir(join(root, 'coco'));
  const file = (left: number) =>
    encodeCoco([
      { file: 'case1.jpg', ...SIZE, masks: { nodule: square(left), vessel: ring } },
      { file: 'case2.jpg', ...SIZE, masks: { nodule: ring } },
    ]);
  await writeFile(join(root, 'coco', 'anna.json'), file(1));
  await writeFile(join(root, 'coco', 'ben.json'), file(2));
});
const fuse = (...args: string[]) => run(fuseCommand, [root, '--masks', 'coco/{rater}.json', ...args]);

it('fuses COCO files of several raters, each label a structure', async () => {
  const out = await emptyFolder();
  const { code, stdout, stderr } = await fuse('-m', 'mean', '--out', out);
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(/^2 of 2 cases fused by mean/);
  const { samples } = decodePng(await readFile(join(out, 'nodule', 'case1.png')));
  const row = [0, 128, 255, 255, 128, 0, 0, 0];
  expect(Array.from(samples)).toEqual([...Array(8).fill(0), ...row, ...row, ...row, ...Array(16).fill(0)]);
  expect((await readdir(out)).sort()).toEqual(['fusion.csv', 'nodule', 'settings.json', 'vessel']);
});

it('writes outlines that read back to the pixel, for each case and all together', async () => {
  const out = await emptyFolder();
  const args = ['-m', 'mean', '--out', out, '--format', 'coco', 'geojson', '--threshold', '0.6'];
  expect((await fuse(...args)).code).toBe(0);
  const both = Uint8Array.from(square(1), (value, i) => value & square(2)[i]!);
  const expected = {
    case1: { nodule: both, vessel: ring },
    case2: { nodule: ring, vessel: new Uint8Array(48) },
  };
  const json = JSON.parse(await readFile(join(out, 'coco.json'), 'utf8'));
  expect(json.images.map(({ file_name }: { file_name: string }) => file_name)).toEqual([
    'case1.jpg',
    'case2.jpg',
  ]);
  expect(json.annotations.map(({ id }: { id: number }) => id)).toEqual([1, 2, 3]);
  const found: Record<string, Record<string, unknown>> = {};
  for await (const { id, annotations } of (await folder(out, { mask: 'coco.json' })).cases())
    found[id] = Object.fromEntries(Object.entries(annotations).map(([name, masks]) => [name, masks['1']]));
  expect(found).toEqual(expected);

  const images = await emptyFolder();
  const png = await encodePng({ ...SIZE, channels: 1, data: new Float32Array(48) });
  await mkdir(join(images, 'images'));
  await writeFile(join(images, 'images', 'case1.png'), png);
  await writeFile(join(images, 'case1.geojson'), await readFile(join(out, 'nodule', 'case1.geojson')));
  const again = await folder(images, { image: 'images/{id}.png', mask: '{id}.geojson' });
  for await (const { annotations } of again.cases()) expect(annotations.nodule!['1']).toEqual(both);
  // The same command has nothing to do, and leaves the same.
  expect((await fuse(...args)).stdout).toMatch(/2 of them before/);
  expect(JSON.parse(await readFile(join(out, 'coco.json'), 'utf8'))).toEqual(json);
});

it('names a damaged file of outlines, and makes it again where it is deleted', async () => {
  const out = await emptyFolder();
  const args = ['-m', 'mean', '--out', out, '--format', 'coco'];
  expect((await fuse(...args)).code).toBe(0);
  const path = join(out, 'nodule', 'case1.coco.json');
  const whole = await readFile(path, 'utf8');
  const damaged = [
    whole.slice(0, 40),
    'null',
    '{"images": []}',
    whole.replace('"image_id":1', '"image_id":9'),
    whole.replace('"name":"nodule"', '"name":5'),
  ];
  for (const text of damaged) {
    await writeFile(path, text);
    const { code, stderr } = await fuse(...args);
    expect([code, stderr.split('\n')]).toEqual([
      2,
      [
        expect.stringMatching(
          /^\S+case1\.coco\.json is damaged \(.+\): delete it, and the same command makes it again$/,
        ),
        '',
      ],
    ]);
  }
  await rm(path);
  expect((await fuse(...args)).code).toBe(0);
  expect(await readFile(path, 'utf8')).toBe(whole);
});

it('takes one label by name, in fuse and in evaluate, and says which there are', async () => {
  const out = await emptyFolder();
  expect((await fuse('-m', 'majority', '--class', 'vessel', '--out', out)).code).toBe(0);
  const table = join(out, 'scores.csv');
  const { code } = await run(evaluateCommand, [
    ...[out, root, '--masks', 'coco/{rater}.json', '--class', 'vessel', '--csv', table],
  ]);
  expect(code).toBe(0);
  expect(await readFile(table, 'utf8')).toContain('Dice,vessel,anna,2,2,1,1,1\n');
  const wrong = await fuse('-m', 'majority', '--class', 'tumour', '--out', join(out, 'x'));
  expect([wrong.code, wrong.stderr]).toEqual([
    2,
    'class is "tumour", expected one of the labels nodule, vessel\n',
  ]);
});

it('refuses a threshold without outlines', async () => {
  const { code, stderr } = await fuse('--threshold', '0.3', '--out', join(root, '..', 'never'));
  expect([code, stderr]).toEqual([
    2,
    '--threshold belongs to --format coco and geojson; the format is png\n',
  ]);
});

it('tells every file of a case that cannot be read with its reason', async () => {
  const broken = await emptyFolder();
  await writeFile(join(broken, 'a_anna.geojson'), encodeGeoJson({ x: ring }, SIZE));
  await writeFile(join(broken, 'a_ben.geojson'), encodeGeoJson({ x: ring }, SIZE));
  await writeFile(join(broken, 'b_anna.geojson'), '{"type": "Feature"}');
  const out = await emptyFolder();
  const { code, stderr } = await run(fuseCommand, [broken, '--masks', '{id}_{rater}.geojson', '--out', out]);
  expect(code).toBe(2);
  const why = 'does not say how large its image is: the option images (or image) says where images are';
  for (const text of [stderr, await readFile(join(out, 'problems.csv'), 'utf8')]) {
    expect(text).toContain('a_anna.geojson');
    expect(text).toContain('a_ben.geojson');
    expect(text).toContain(why);
    expect(text).toContain('features[0].geometry is undefined, expected an object (read as GeoJSON)');
  }
});
