import { expect, test } from 'vitest';
import { area, read } from '../fixtures/read.js';
import { folderOf, nifti } from '../fixtures/temporary.js';
import { qubiq } from './qubiq.js';

test('QUBIQ: a picture of four modalities gives one, a volume asks for a slice, tasks have panels of their own', async () => {
  const flat = (value: number, count: number) => Array<number>(count).fill(value);
  const modalities = [1, 2, 3, 4].flatMap((m) => [...flat(0, 6), ...flat(m, 6)]);
  const at = 'brain-tumor/Training/case01';
  const root = await folderOf({
    [`${at}/image.nii.gz`]: nifti([4, 3, 4], modalities),
    [`${at}/task01_seg01.nii.gz`]: nifti([4, 3], [...flat(0, 6), ...flat(1, 6)]),
    [`${at}/task01_seg02.nii.gz`]: nifti([4, 3], flat(1, 12)),
    'brain-tumor/Training/case02/image.nii.gz': nifti([4, 3, 4], modalities),
    'brain-tumor/Training/case02/task01_seg01.nii.gz': nifti([4, 3], flat(1, 12)),
    'training_data_v3_QC/pancreas/case1-1/image.nii.gz': nifti(
      [2, 2, 6],
      Array.from({ length: 24 }, (_, i) => i),
    ),
    'training_data_v3_QC/pancreas/case1-1/task01_seg01.nii.gz': nifti([2, 2, 6], flat(1, 24)),
  });
  const dataset = await qubiq(root);
  const { cases, told } = await read(dataset);
  expect(Object.keys(cases)).toEqual([at, 'brain-tumor/Training/case02']);
  expect(cases[at]).toMatchObject({
    split: 'train',
    meta: { task: 'brain-tumor' },
    image: { width: 4, height: 3, channels: 1 },
  });
  expect([...cases[at]!.image.data]).toEqual([...flat(0, 6), ...flat(1, 6)]);
  expect(area(cases[at]!.annotations.task01!['1'])).toBe(6);
  expect(told).toEqual([
    'brain-tumor/Training/case02/image.nii.gz: the task01 lacks rater 2',
    'training_data_v3_QC/pancreas/case1-1/image.nii.gz: it has 6 slices: the option slice says which to take, from 0',
  ]);
  const volume = await read(await qubiq(root, { task: 'pancreas', slice: 2 }));
  expect(volume.told).toEqual([]);
  expect(
    [...volume.cases['training_data_v3_QC/pancreas/case1-1']!.image.data].map((v) => Math.round(v * 3)),
  ).toEqual([0, 1, 2, 3]);
  expect(Object.values(volume.cases)[0]!.split).toBe('train');
});
