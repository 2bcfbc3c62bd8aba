import { expect, test } from 'vitest';
import { area, read } from '../fixtures/read.js';
import { folderOf, mask, photo } from '../fixtures/temporary.js';
import { tnscui } from './tnscui.js';

test('TNSCUI: rater masks lie in folders of their own or are numbered, and the plain one is then the consensus', async () => {
  const files = {
    'TNSCUI2020_train/image/1.PNG': await photo(),
    'TNSCUI2020_train/image/2.PNG': await photo(),
    'TNSCUI2020_train/mask/1.PNG': await mask(2),
    'TNSCUI2020_train/mask/2.PNG': await mask(3),
    'TNSCUI2020_train/train.csv': 'ID,CATE\n1.PNG,1\n2.PNG,maybe\n3.PNG,0\n',
  };
  const single = await read(await tnscui(await folderOf(files)));
  expect(area(single.cases['1']!.annotations.nodule!['1'])).toBe(4);
  expect(single.cases['1']!.diagnosis).toBe(1);
  expect(single.cases['2']!.diagnosis).toBeUndefined();
  expect(single.cases['1']!.image.channels).toBe(1);
  expect(single.told).toEqual([
    'TNSCUI2020_train/image/2.PNG: no table labels it',
    'TNSCUI2020_train/train.csv, row 3: unknown label "maybe"',
    'TNSCUI2020_train/train.csv, row 4: names image 3.PNG, which is not there',
  ]);
  const several = await tnscui(
    await folderOf({
      ...files,
      'TNSCUI2020_train/mask-a/1.PNG': await mask(4),
      'TNSCUI2020_train/mask/1_b.PNG': await mask(5),
    }),
  );
  expect(several.raters).toEqual(['a', 'b', 'consensus']);
  const { nodule } = (await read(several)).cases['1']!.annotations;
  expect([nodule!.a, nodule!.b, nodule!.consensus].map(area)).toEqual([16, 25, 4]);
});
