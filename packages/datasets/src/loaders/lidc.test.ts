import { expect, test } from 'vitest';
import { read } from '../fixtures/read.js';
import { folderOf, mask, picture } from '../fixtures/temporary.js';
import { lidc } from './lidc.js';
import { openAny } from './open-any.js';

test('LIDC without labels, or with ratings out of range, says so and keeps the slices', async () => {
  const at = 'LIDC-IDRI-0001/nodule-0';
  const files = {
    [`${at}/images/slice-0.png`]: await picture(12, 12, (x) => 20 * x),
    ...Object.fromEntries(
      await Promise.all([0, 1, 2, 3].map(async (k) => [`${at}/mask-${k}/slice-0.png`, await mask(k + 1)])),
    ),
  };
  const unlabelled = await read(await lidc(await folderOf(files)));
  expect(unlabelled.told).toEqual(['labels.csv: no such file']);
  expect(unlabelled.cases[`${at}/slice-0`]!.diagnosis).toBeUndefined();
  const header = 'patient,nodule,slices,malignancy_0,malignancy_1,malignancy_2,malignancy_3,malignancy_mean';
  for (const [ratings, diagnosis, problems] of [
    ['5,5,3,4,4.25', 1, 0],
    ['3,3,3,3,3.0', undefined, 0],
    ['1,2,1,2,1.5', 0, 0],
    ['9,2,1,2,3.5', undefined, 1],
  ] as const) {
    const root = await folderOf({
      ...files,
      'labels.csv': `${header}\nLIDC-IDRI-0001,nodule-0,1,${ratings}\n`,
    });
    const { cases, told } = await read(await lidc(root));
    expect(cases[`${at}/slice-0`]!.diagnosis).toBe(diagnosis);
    expect(told).toHaveLength(problems);
  }
});

test("LIDC's middle slices: one per nodule, in natural order, and nothing told of the others", async () => {
  const files: Record<string, Buffer> = {};
  const slices = { 'nodule-0': ['2', '9', '10', '11'], 'nodule-1': ['3'], 'nodule-2': ['1', '4', '30'] };
  for (const [nodule, names] of Object.entries(slices))
    for (const name of names) {
      const at = `LIDC-IDRI-0001/${nodule}`;
      files[`${at}/images/slice-${name}.png`] = await picture(12, 12, (x) => 20 * x);
      for (const reader of [0, 1, 2, 3])
        files[`${at}/mask-${reader}/slice-${name}.png`] = await mask(reader + 1);
    }
  const root = await folderOf(files);
  for (const open of [lidc, openAny]) {
    const { cases, told } = await read(await open(root, { slices: 'middle' }));
    expect(Object.keys(cases)).toEqual(
      ['nodule-0/slice-10', 'nodule-1/slice-3', 'nodule-2/slice-4'].map((id) => `LIDC-IDRI-0001/${id}`),
    );
    expect(told).toEqual(['labels.csv: no such file']);
  }
  expect((await lidc(root)).length).toBe(8);
  await expect(lidc(root, { slices: 'first' as never })).rejects.toThrow(
    'lidc: slices is "first", expected one of "all", "middle"',
  );
});
