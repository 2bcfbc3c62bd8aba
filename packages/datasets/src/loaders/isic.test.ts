import { expect, test } from 'vitest';
import { area, read } from '../fixtures/read.js';
import { folderOf, mask, photo } from '../fixtures/temporary.js';
import { isic } from './isic.js';

test('ISIC: labels come headless, by name of the disease or one-hot, and the split from the folder', async () => {
  const files = async (folderName: string, ids: string[], suffix: string) =>
    Object.fromEntries(
      await Promise.all(
        ids.flatMap((id) => [
          (async () => [`${folderName}/${id}.jpg`, await photo()] as const)(),
          (async () => [`${folderName}/${id}${suffix}.png`, await mask(3)] as const)(),
        ]),
      ),
    );
  const tables: [string, Record<string, string>][] = [
    [
      '2016',
      { 'ISBI2016_ISIC_Part3B_Training_GroundTruth.csv': 'ISIC_1,malignant\nISIC_2,benign\nISIC_3,odd\n' },
    ],
    ['2016 test', { 'ISBI2016_ISIC_Part3B_Test_GroundTruth.csv': 'ISIC_1,1.0\nISIC_2,0.0\nISIC_3,0.4\n' }],
    [
      '2017',
      {
        'ISIC-2017_Training_Part3_GroundTruth.csv':
          'image_id,melanoma,seborrheic_keratosis\nISIC_1,1.0,0.0\nISIC_2,0.0,1.0\nISIC_3,x,1\n',
      },
    ],
    [
      '2018',
      {
        'ISIC2018_Task3_Training_GroundTruth.csv':
          'image,MEL,NV\nISIC_1,1.0,0.0\nISIC_2,0.0,1.0\nISIC_3,2,1\n',
      },
    ],
  ];
  for (const [name, table] of tables) {
    const suffix = name.startsWith('2016') ? '_Segmentation' : '_segmentation';
    const images = await files(
      `ISIC_${name.includes('test') ? 'Test' : 'Training'}_Data`,
      ['ISIC_1', 'ISIC_2', 'ISIC_3'],
      suffix,
    );
    const { cases, told } = await read(await isic(await folderOf({ ...images, ...table })));
    expect(Object.values(cases).map(({ diagnosis }) => diagnosis)).toEqual([1, 0, undefined]);
    expect(cases.ISIC_1!.split).toBe(name.includes('test') ? 'test' : 'train');
    expect(area(cases.ISIC_1!.annotations.lesion!['1'])).toBe(9);
    expect(told).toHaveLength(1);
    expect(told[0]).toMatch(/unknown label/);
  }
});

test("ISIC: IMA++'s annotators and fusions are raters, and an annotator's second mask is told", async () => {
  const root = await folderOf({
    'images/ISIC_1.jpg': await photo(),
    'segs/ISIC_1_A02_T1_S2_0123456789abcdef01234567.png': await mask(2),
    'segs/ISIC_1_A07_T1_S1_0123456789abcdef01234568.png': await mask(3),
    'segs/ISIC_1_A07_T2_S1_0123456789abcdef01234569.png': await mask(4),
    'segs/ISIC_1_ST_ST_ST_ST.png': await mask(5),
    'segs/ISIC_1_MV_MV_MV_MV.png': await mask(6),
  });
  const { cases, told } = await read(await isic(root));
  const { lesion } = cases.ISIC_1!.annotations;
  expect(Object.fromEntries(Object.entries(lesion!).map(([rater, found]) => [rater, area(found)]))).toEqual({
    A02: 4,
    A07: 9,
    STAPLE: 25,
    MV: 36,
  });
  expect(told).toEqual([
    '.: no table labels the images',
    'segs/ISIC_1_A07_T2_S1_0123456789abcdef01234569.png: a second mask by rater A07',
  ]);
});
