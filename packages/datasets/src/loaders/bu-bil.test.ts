import { expect, test } from 'vitest';
import { read } from '../fixtures/read.js';
import { block, folderOf, picture } from '../fixtures/temporary.js';
import { buBil } from './bu-bil.js';

test('BU-BIL: masks of the whole frame are placed where the gold standard meets the crowd', async () => {
  const inFrame = (left: number, top: number, side: number) =>
    picture(64, 64, block(left, top, side, [255, 0]));
  const cut = (left: number, top: number, side: number) => picture(12, 12, block(left, top, side, [255, 0]));
  const at = 'BU-BIL_Dataset6';
  const root = await folderOf({
    [`${at}/RawImages/TPre01.png`]: await picture(12, 12, block(4, 3, 5, [200, 20])),
    [`${at}/GoldStandard/seg_tpre01.png`]: await inFrame(24, 33, 5),
    [`${at}/ExpertAnnotations/Person1_Amira/Seg_TPre01.png`]: await inFrame(25, 33, 5),
    [`${at}/CrowdsourcedAnnotations/w-1/seg_TPre01.png`]: await cut(4, 3, 5),
    [`${at}/CrowdsourcedAnnotations/w-2/seg_TPre01.png`]: await cut(4, 3, 5),
    [`${at}/CrowdsourcedAnnotations/w-3/seg_TPre01.png`]: await cut(0, 0, 9),
  });
  const { cases, told } = await read(await buBil(root, { align: true }));
  const { object } = cases[`${at}/TPre01`]!.annotations;
  expect([...object!.gold!]).toEqual([...object!['w-1']!]);
  const shifted = Array.from({ length: 144 }, (_, i) => block(5, 3, 5, [0, 1])(i % 12, Math.floor(i / 12)));
  expect([...object!.Person1_Amira!]).toEqual(shifted);
  expect(told).toEqual([]);
  const asTheyAre = await read(await buBil(root));
  expect(Object.keys(asTheyAre.cases[`${at}/TPre01`]!.annotations.object!)).toEqual(['w-1', 'w-2', 'w-3']);
  expect(asTheyAre.told).toHaveLength(2);
});

test('BU-BIL: two sets under one root, of which one calls its folder ExpertsAnnotations', async () => {
  const files: Record<string, Uint8Array> = {};
  const picturesOf = { 1: 'ExpertAnnotations/Anna', 2: 'ExpertsAnnotations/Ben' };
  for (const [set, expert] of Object.entries(picturesOf)) {
    const at = `BU-BIL_Dataset${set}`;
    files[`${at}/RawImages/x1.png`] = await picture(12, 12, block(4, 3, 5, [200, 20]));
    files[`${at}/RawImages/x2.png`] = await picture(12, 12, block(4, 3, 5, [200, 20]));
    for (const name of ['x1', 'x2'])
      files[`${at}/${expert}/seg_${name}.png`] = await picture(12, 12, block(4, 3, 5, [255, 0]));
    files[`${at}/CrowdsourcedAnnotations/w-${set}/seg_x1.png`] = await picture(
      12,
      12,
      block(4, 3, 5, [255, 0]),
    );
  }
  const root = await folderOf(files);
  const dataset = await buBil(root);
  expect(dataset.raters).toEqual(['Anna', 'Ben', 'w-1', 'w-2']);
  const { cases, told } = await read(dataset);
  expect(Object.keys(cases['BU-BIL_Dataset2/x1']!.annotations.object!).sort()).toEqual(['Ben', 'w-2']);
  expect(told.sort()).toEqual([
    'BU-BIL_Dataset1/RawImages/x2.png: the object lacks rater w-1',
    'BU-BIL_Dataset2/RawImages/x2.png: the object lacks rater w-2',
  ]);
  expect((await buBil(root, { missing: 'skip' })).entries.map(({ id }) => id)).toEqual([
    'BU-BIL_Dataset1/x1',
    'BU-BIL_Dataset2/x1',
  ]);
});
