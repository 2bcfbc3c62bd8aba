import { expect, test } from 'vitest';
import { area, read } from '../fixtures/read.js';
import { folderOf, mask, photo } from '../fixtures/temporary.js';
import { openAny } from './open-any.js';
import { tnmix } from './tnmix.js';

test('TNMIX has both halves, each under its name, and no patient of one is one of the other', async () => {
  const root = await folderOf({
    'TNSCUI/TNSCUI2020_train/image/7.PNG': await photo(),
    'TNSCUI/TNSCUI2020_train/mask/7.PNG': await mask(2),
    'TNSCUI/TNSCUI2020_train/train.csv': 'ID,CATE\n7.PNG,1\n',
    'DDTI/7_1.jpg': await photo(),
    'DDTI/7.xml':
      '<case><number>7</number><tirads>2</tirads><mark><image>1</image><svg>[{"points":[{"x":1,"y":1},{"x":3,"y":1},{"x":3,"y":3},{"x":1,"y":3}]}]</svg></mark></case>',
  });
  const dataset = await tnmix(root);
  const { cases, told } = await read(dataset);
  expect(told).toEqual([]);
  expect(
    Object.values(cases).map(({ id, patient, diagnosis, meta, annotations }) => [
      id,
      patient,
      diagnosis,
      meta!.source,
      area(annotations.nodule!['1']),
    ]),
  ).toEqual([
    ['tnscui/7', 'tnscui/7', 1, 'tnscui', 4],
    ['ddti/7_1', 'ddti/7', 0, 'ddti', 9],
  ]);
  expect((await openAny(root)).name).toBe('tnmix');
});
