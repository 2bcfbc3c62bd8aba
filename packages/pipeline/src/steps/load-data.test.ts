import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Dataset, phantom, write } from '@diff/datasets';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import type { Config } from '../config/schema.js';
import { emptyFolder } from '../fixtures/command-line.js';
import { tinyConfig } from '../fixtures/tiny.js';
import { type LoadedData, loadData } from './load-data.js';
import { splitData } from './split-data.js';

/** A folder in the layout of LIDC: 20 nodules of 20 patients, each outlined by four readers. */
async function lungs(change: (dataset: Dataset) => Dataset = (dataset) => dataset): Promise<string> {
  const root = await emptyFolder();
  await write(change(phantom('lung', { cases: 20, size: 24, seed: 1, prevalence: 0.5 })), root, 'lidc', {
    allow: ['rater names'],
  });
  return root;
}
const nodule = (root: string, k: number, file: string) =>
  join(root, `LIDC-IDRI-${String(k).padStart(4, '0')}`, 'nodule-0', file);
const load = (data: object) => loadData(tinyConfig({ cases: undefined, ...data }));
/** The same settings, with a guide by image. */
const byImage = (config: Config): Config => ({
  ...config,
  segmentation: { ...config.segmentation, guide: 'image' },
});
const split = ({ dataset }: LoadedData, data: object = {}) => splitData(dataset, tinyConfig(data));

describe('loadData', () => {
  it('brings every case to one size, in shared memory, and describes what it read', async () => {
    const root = await lungs();
    const { cases, summary, hash } = await load({ root });
    expect(summary).toMatchObject({ name: 'lidc', structures: ['nodule'], raters: ['0', '1', '2', '3'] });
    expect(summary.skipped).toEqual([]);
    expect(summary.description).toMatchObject({ cases: 20, decoded: 20, patients: 20 });
    expect(cases).toHaveLength(20);
    for (const { image, annotations } of cases) {
      expect([image.height, image.width, image.channels]).toEqual([32, 32, 1]);
      expect(image.data.buffer).toBeInstanceOf(SharedArrayBuffer);
      for (const mask of Object.values(annotations.nodule!)) expect(mask).toHaveLength(32 * 32);
    }
    expect((await load({ root })).hash).toBe(hash);
    expect((await load({ root, raters: ['0', '1'] })).hash).not.toBe(hash);
  });

  it('leaves out cases that fewer raters outlined than are wanted', async () => {
    const root = await lungs();
    await rm(nodule(root, 3, 'mask-1/slice-0.png'));
    const { cases, summary } = await load({ root, fewestRaters: 4 });
    expect(cases).toHaveLength(19);
    expect(summary.skipped).toEqual([
      { id: expect.stringContaining('0003'), reason: 'fewer than 4 raters outlined the nodule' },
    ]);
  });

  it('keeps cases that nobody outlined where a guide by image learns from their diagnosis', async () => {
    const root = await lungs();
    for (const reader of [0, 1, 2, 3]) await rm(nodule(root, 2, `mask-${reader}/slice-0.png`));
    const without = await load({ root });
    expect(without.summary.skipped).toEqual([
      { id: expect.stringContaining('0002'), reason: 'nobody outlined the nodule' },
    ]);
    expect(without.unoutlined.cases).toEqual([]);
    const guided = await loadData(byImage(tinyConfig({ cases: undefined, root })));
    expect(guided.summary).toMatchObject({ skipped: [], unoutlined: 1 });
    expect(guided.cases.map(({ id }) => id)).toEqual(without.cases.map(({ id }) => id));
    const [bare] = guided.unoutlined.cases;
    expect(bare!.id).toContain('0002');
    expect(bare!.annotations).toEqual({ nodule: {} });
    expect(bare!.image.data).toHaveLength(32 * 32);
    expect(guided.unoutlined.entries.map(({ id }) => id)).toEqual([bare!.id]);
    expect(guided.hash).not.toBe(without.hash);
    for (let k = 0; k <= 20; k++)
      for (const reader of [0, 1, 2, 3])
        await rm(nodule(root, k, `mask-${reader}/slice-0.png`), { force: true });
    await expect(loadData(byImage(tinyConfig({ cases: undefined, root })))).rejects.toThrow(
      /^none of the 20 cases .* can be used: nobody outlined the nodule/,
    );
  });

  it('leaves out, and says why, what is broken, outlined by nobody or not diagnosed', async () => {
    const root = await lungs();
    await writeFile(nodule(root, 1, 'images/slice-0.png'), 'no picture');
    for (const reader of [0, 1, 2, 3]) await rm(nodule(root, 2, `mask-${reader}/slice-0.png`));
    // A reader is missing, another's mask is broken: the case stays.
    await rm(nodule(root, 3, 'mask-1/slice-0.png'));
    await writeFile(nodule(root, 3, 'mask-2/slice-0.png'), 'no mask');
    const table = join(root, 'labels.csv');
    const rows = (await readFile(table, 'utf8')).split('\n');
    await writeFile(table, rows.filter((row) => !row.startsWith('LIDC-IDRI-0004')).join('\n'));
    // Another size and shape.
    const wide = await sharp(nodule(root, 5, 'images/slice-0.png'))
      .resize(40, 30, { fit: 'fill' })
      .png()
      .toBuffer();
    await writeFile(nodule(root, 5, 'images/slice-0.png'), wide);

    const { cases, summary } = await load({ root });
    const id = (k: number) => `LIDC-IDRI-${String(k).padStart(4, '0')}/nodule-0/slice-0`;
    const reasons = Object.fromEntries(summary.skipped.map((one) => [one.id, one.reason]));
    expect(Object.keys(reasons).sort()).toEqual([id(1), id(2), id(4), id(5)]);
    expect(reasons[id(1)]).toMatch(/nodule-0\/images\/slice-0\.png: \S/);
    expect(reasons[id(2)]).toBe('nobody outlined the nodule');
    expect(reasons[id(4)]).toBe('no diagnosis');
    expect(reasons[id(5)]).toContain('nobody outlined the nodule');
    expect(cases).toHaveLength(16);
    const third = cases.find((one) => one.id === id(3))!;
    expect(Object.keys(third.annotations.nodule!)).toEqual(['0', '3']);
    const told = summary.description.problems.map(({ path }) => path);
    for (const part of ['0003/nodule-0/mask-2', '0003/nodule-0/images', '0001/nodule-0/images'])
      expect(
        told.some((path) => path.includes(part)),
        part,
      ).toBe(true);
  });

  it('makes grey images coloured where others are in colour', async () => {
    const root = await emptyFolder();
    await write(phantom('skin', { cases: 12, size: 32, seed: 2, prevalence: 0.5 }), root, 'isic-multi-mask', {
      allow: ['rater names'],
    });
    const first = (await load({ root })).cases[0]!;
    expect(first.image.channels).toBe(3);
    const path = join(root, (await findImage(root, first.id))!);
    await writeFile(path, await sharp(path).toColourspace('b-w').jpeg().toBuffer());
    const { data, channels } = (await load({ root })).cases[0]!.image;
    expect(channels).toBe(3);
    expect([data[1], data[2]]).toEqual([data[0], data[0]]);
  });

  it('takes what `write` wrote as a folder, and one by patterns', async () => {
    const root = await emptyFolder();
    await write(phantom('skin', { cases: 4, size: 32, seed: 2, prevalence: 0.5 }), root, 'folder');
    const written = await load({ root });
    expect(written.summary.skipped).toEqual([]);
    expect([written.cases.length, written.summary.structures]).toEqual([4, ['lesion']]);
    const masks = ['lesion=masks/lesion/{rater}/{id}.png'];
    const own = await load({
      root,
      images: 'images/{id}.png',
      masks,
      labels: 'labels.csv',
      raters: ['R1', 'R2'],
    });
    expect(own.cases.map(({ diagnosis }) => diagnosis)).toEqual(
      written.cases.map(({ diagnosis }) => diagnosis),
    );
    expect(Object.keys(own.cases[0]!.annotations.lesion!)).toEqual(['R1', 'R2']);
  });

  it('takes as many as it is asked to, at random, of those that can be used', async () => {
    const root = await lungs();
    const { cases, summary, dataset } = await load({ root, cases: 8 });
    expect(cases).toHaveLength(8);
    expect(dataset.entries.map(({ id }) => id)).toEqual(cases.map(({ id }) => id));
    expect(summary.skipped).toEqual([]);
    expect(summary.description.cases).toBe(8);
  });

  it('takes of the middle slices of LIDC, or of all', async () => {
    const root = await lungs();
    await mkdir(nodule(root, 1, 'images'), { recursive: true });
    for (const part of ['images', 'mask-0', 'mask-1', 'mask-2', 'mask-3'])
      await writeFile(
        nodule(root, 1, `${part}/slice-1.png`),
        await readFile(nodule(root, 1, `${part}/slice-0.png`)),
      );
    expect((await load({ root })).cases).toHaveLength(20);
    expect((await load({ root, slices: 'all' })).cases).toHaveLength(21);
  });

  it.each([
    [{ root: '/nowhere/at/all' }, 'there is no folder /nowhere/at/all'],
    [{ structures: ['nose'] }, 'data.structures has "nose", expected some of disc, cup'],
    [{ masks: '{id}.png' }, 'masks belongs to a folder of your own, and there is none'],
    [{ raters: ['R9'] }, 'raters is "R9", expected one of "R1", "R2"'],
  ])('refuses %j in one sentence', async (data, message) => {
    const refused = expect(load({ cases: 4, ...data })).rejects;
    await refused.toMatchObject({ name: 'UserError', exitCode: 2 });
    await refused.toThrow(message);
  });

  it('refuses a folder of no known layout, a rater that it has not, and one without any diagnosis', async () => {
    const empty = await emptyFolder();
    await expect(load({ root: empty })).rejects.toThrow(/^\S+ has none of the layouts tnmix, /);
    const root = await lungs();
    await expect(load({ root, raters: ['7'] })).rejects.toThrow(
      'raters has "7", expected some of "0", "1", "2", "3"',
    );
    await rm(join(root, 'labels.csv'));
    await expect(load({ root })).rejects.toMatchObject({
      name: 'UserError',
      message: `none of the 20 cases in ${root} (lidc) can be used: no diagnosis`,
    });
  });
});

describe('splitData', () => {
  it('keeps patients together and diagnoses in proportion, another way each round', async () => {
    const data = await loadData(tinyConfig({ cases: 40 }));
    const splits = splitData(data.dataset, { ...tinyConfig({ test: 0.25 }), rounds: 3 });
    expect(splits.map(({ seed }) => seed)).toEqual([0, 1, 2]);
    expect(new Set(splits.map(({ test }) => test.join())).size).toBe(3);
    for (const { train, test } of splits) {
      expect([train.length, test.length]).toEqual([30, 10]);
      expect(new Set([...train, ...test]).size).toBe(40);
    }
  });

  it('takes the split that the data say, with their own validation part unless none is wanted', async () => {
    const names = ['train', 'train', 'train', 'validation', 'test'];
    const root = await emptyFolder();
    const said = phantom('skin', { cases: 40, size: 24, prevalence: 0.5 }).map((one) => ({
      ...one,
      split: names[Number(one.id.slice(-5)) % 5]!,
    }));
    await write(said, root, 'folder');
    const data = await load({ root });
    const of = (name: string) =>
      data.dataset.entries.flatMap(({ id, split: own }) => (own === name ? [id] : []));
    const config = { ...tinyConfig({ split: 'published' }), rounds: 2 };
    const splits = splitData(data.dataset, config);
    expect(splits.map(({ seed }) => seed)).toEqual([0, 1]);
    for (const { train, validation, test } of splits)
      expect([train, validation, test]).toEqual([of('train'), of('validation'), of('test')]);
    const [without] = splitData(data.dataset, { ...config, train: { ...config.train, validation: 0 } });
    expect([without!.train, without!.validation]).toEqual([of('train'), []]);
    expect(() => split(data, { split: 'published', folds: 2 })).toThrow(
      'data.split is published, and data.folds draws its own: one of them goes',
    );
    const drawn = await loadData(tinyConfig());
    expect(() => split(drawn, { split: 'published' })).toThrow(
      /^data.split is published, but of \d+ cases 0 are in a split "train" and 0 in "test"$/,
    );
  });

  it('tests every case once in a cross-validation', async () => {
    const data = await loadData(tinyConfig());
    const splits = split(data, { folds: 3 });
    expect(splits).toHaveLength(3);
    expect(splits.flatMap(({ test }) => test).sort()).toEqual(data.cases.map(({ id }) => id).sort());
  });

  it('keeps a part for validation where there are many cases or it is told to, patients and diagnoses as in the others', async () => {
    const many = await loadData(tinyConfig({ cases: 200 }));
    const [usual] = split(many);
    expect([usual!.train.length, usual!.validation.length, usual!.test.length]).toEqual([85, 15, 100]);
    expect(new Set([...usual!.train, ...usual!.validation, ...usual!.test]).size).toBe(200);
    const few = await loadData(tinyConfig());
    expect(split(few)[0]!.validation).toEqual([]);
    const told = { ...tinyConfig(), train: { validation: 1 / 3, patience: 2 } };
    const [third] = splitData(few.dataset, told);
    expect([third!.train.length, third!.validation.length]).toEqual([8, 4]);
    expect(third!.test).toEqual(split(few)[0]!.test);
    expect(() => splitData(few.dataset, { ...told, train: { validation: 0.01, patience: 2 } })).toThrow(
      /^of the validation cases, .*expected at least 1 of each$/,
    );
  });

  it('leaves some training cases their diagnosis alone where it is told how many keep their outlines', async () => {
    const data = await loadData(tinyConfig({ cases: 40 }));
    const image = (more: object = {}) => byImage(tinyConfig({ outlined: 10, ...more }));
    const [all] = split(data);
    const [few] = splitData(data.dataset, image());
    expect(few!.test).toEqual(all!.test);
    expect(few!.train).toHaveLength(10);
    const ill = (ids: readonly string[]) =>
      data.cases.filter(({ id, diagnosis }) => ids.includes(id) && diagnosis === 1).length;
    expect(ill(few!.train)).toBe(5);
    expect([...few!.train, ...few!.diagnosed].sort()).toEqual([...all!.train].sort());
    // Nothing learns from them where no guide does.
    expect(split(data, { outlined: 10 })[0]).toMatchObject({ train: few!.train, diagnosed: [] });
    expect(() => split(data, { outlined: 21 })).toThrow(
      'data.outlined is 21, but there are 20 training cases',
    );
  });

  it('gives a guide no case of a patient who is validated or tested on', async () => {
    const data = await loadData(tinyConfig({ cases: 40 }));
    const config = { ...byImage(tinyConfig()), train: { validation: 0.25, patience: 2 } };
    const [plain] = splitData(data.dataset, config);
    const bare = [plain!.train, plain!.validation, plain!.test].map(([id], k) => ({
      ...{ id: `bare ${k}`, patient: id!, diagnosis: 1 as const, annotated: {} },
    }));
    const stranger = { id: 'bare 3', diagnosis: 0 as const, annotated: {} };
    const [guided] = splitData(data.dataset, config, [...bare, stranger]);
    expect(guided).toEqual({ ...plain, diagnosed: ['bare 0', 'bare 3'] });
  });

  it('refuses one class and too few cases', async () => {
    const one = await load({
      root: await lungs((dataset) => dataset.filter(({ diagnosis }) => diagnosis === 1)),
    });
    expect(() => split(one)).toThrow(
      /^of the cases that can be used, 0 have diagnosis 0 and \d+ diagnosis 1, expected at least 2 of each$/,
    );
    const few = await loadData(tinyConfig({ cases: 8 }));
    expect(() => split(few, { test: 0.2 })).toThrow(
      /^of the test cases, \d ha.*expected at least 2 of each$/,
    );
    expect(() => split(few, { test: 0.75 })).toThrow(/^of the training cases, /);
    const data = await loadData(tinyConfig());
    // Three cases per fold.
    expect(() => split(data, { folds: 8 })).toThrow(/^of the test cases of fold 0, /);
    expect(() => split(data, { folds: 13 })).toThrow('of the cases that can be used, 12 have diagnosis 0');
  });
});

async function findImage(root: string, id: string): Promise<string | undefined> {
  const paths = await readdir(root, { recursive: true });
  return paths.find((path) => path.includes(id) && path.endsWith('.jpg'));
}
