import { phantom, write } from '@diff/datasets';
import { beforeAll, describe, expect, it } from 'vitest';
import { emptyFolder } from '../../../../packages/pipeline/src/fixtures/command-line.js';
import { writeIsic, writePaperData } from '../fixtures/paper-data.js';
import { checkCases } from './check-cases.js';
import { rootsOf } from './data-roots.js';
import { openPaper, splitPaper } from './paper-data.js';
import { loadTask } from './tasks.js';

describe('a copy of the paper’s data', () => {
  let root: string;
  beforeAll(async () => {
    root = await emptyFolder();
    await writePaperData(root);
  }, 120_000);

  it('refuge2: seven raters without their consensus, split as it was published', async () => {
    const { dataset, raters, leftOut } = await openPaper('refuge2', `${root}/refuge2`);
    expect(raters).toEqual(['1', '2', '3', '4', '5', '6', '7']);
    expect(leftOut).toEqual({});
    const parts = splitPaper(dataset, 5);
    for (const [name, part] of Object.entries(parts)) {
      expect(part.length).toBeGreaterThanOrEqual(16);
      expect(part.entries.every(({ split }) => split === name)).toBe(true);
    }
    expect(parts.train.length + parts.validation.length + parts.test.length).toBe(dataset.length);
  });

  it('tnmix: DDTI’s cases of one rater are left out and told, and the rest is divided 0.6 / 0.2 / 0.2', async () => {
    const { dataset, raters, leftOut } = await openPaper('tnmix', `${root}/tnmix`);
    expect(raters).toEqual(['1', '2', '3', '4', '5']);
    expect(leftOut).toEqual({ 'have fewer than two raters’ masks of each structure': 6 });
    const { train, validation, test } = splitPaper(dataset, 0);
    expect([train.length, validation.length, test.length]).toEqual([24, 8, 8]);
    const ill = (part: typeof train) =>
      part.entries.filter(({ diagnosis }) => diagnosis).length / part.length;
    expect(Math.abs(ill(train) - ill(test))).toBeLessThan(0.15);
    const other = splitPaper(dataset, 1).test.entries.map(({ id }) => id);
    expect(other).not.toEqual(test.entries.map(({ id }) => id));
  });

  it('isic: four raters; with the preset the whole of every part, else as many as are asked for', async () => {
    const options = { tasks: ['isic'] as const, seeds: 1, data: rootsOf(root), size: 16 };
    const whole = await checkCases({ ...options, preset: 'paper' });
    const parts = whole.of('isic', 0);
    expect(parts).toEqual({
      train: 24,
      validation: 8,
      test: 8,
      data: expect.stringMatching(/^[\da-f]{12}$/),
    });
    expect(whole.about).toBe(
      'isic: 24 train + 8 validation + 8 test cases of 40, by a split drawn by the seed, 4 raters; ' +
        'the paper has 960 + 320 + 320 and 4 raters',
    );
    const task = await loadTask({ task: 'isic', seed: 0, size: 16, ...parts }, options.data);
    expect([task.train.length, task.validation.length, task.test.length]).toEqual([24, 8, 8]);
    expect(task.raters).toEqual(['0', '1', '2', '3']);
    expect(task.train[0]!.image).toMatchObject({ height: 16, width: 16, channels: 3 });

    const some = await checkCases({ ...options, train: 20, test: 6 });
    expect(some.of('isic', 0)).toMatchObject({ train: 20, test: 6 });
    const few = await loadTask({ task: 'isic', seed: 0, size: 16, ...some.of('isic', 0) }, options.data);
    expect([few.train.length, few.validation.length, few.test.length]).toEqual([20, 0, 6]);
    const ids = (cases: readonly { id: string }[]) => new Set(cases.map(({ id }) => id));
    expect(ids([...task.train, ...task.validation, ...task.test]).size).toBe(40);
    expect(few.train.every(({ id }) => ids(task.train).has(id))).toBe(true);
    await expect(checkCases({ ...options, train: 25 })).rejects.toThrow(
      'isic has 24 cases for --train, which is 25',
    );
  });

  it('whoever adds a case or changes a diagnosis gets other cells', async () => {
    const changed = await emptyFolder();
    await writeIsic(changed, 41);
    const of = async (data: string) =>
      (await checkCases({ tasks: ['isic'], seeds: 1, data: rootsOf(data), size: 16, preset: 'paper' })).of(
        'isic',
        0,
      );
    expect((await of(changed)).data).not.toBe((await of(root)).data);
  });

  it('refuses what is another data set, and copies of one rater', async () => {
    await expect(openPaper('isic', `${root}/refuge2`)).rejects.toThrow(
      /^isic: .* has the layout refuge2, expected isic or folder$/,
    );
    const single = await emptyFolder();
    await write(phantom('skin', { cases: 4, size: 16, raters: 1 }), single, 'isic-2017', {
      allow: ['raters', 'rater names'],
    });
    await expect(openPaper('isic', single)).rejects.toThrow(
      /^isic: no case of .* can be used: 4 have fewer than two raters’ masks of each structure; several raters’ masks are looked for as ISIC_x/,
    );
  });

  it('a copy in a layout of one’s own, as write makes it, will do, with its split', async () => {
    const own = await emptyFolder();
    const split = ['train', 'test', 'validation'];
    const cases = phantom('thyroid', { cases: 12, size: 16, prevalence: 0.5 }).map((one) => ({
      ...one,
      split: split[Number(one.id.slice(-5)) % 3]!,
    }));
    await write(cases, own, 'folder');
    const { dataset, raters } = await openPaper('tnmix', own);
    expect(raters).toEqual(['R1', 'R2', 'R3', 'R4', 'R5']);
    expect(splitPaper(dataset, 0).validation.entries.every((one) => one.split === 'validation')).toBe(true);
  });
});
