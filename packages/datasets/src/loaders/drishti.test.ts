import { expect, test } from 'vitest';
import { area, read } from '../fixtures/read.js';
import { folderOf, picture } from '../fixtures/temporary.js';
import { drishti } from './drishti.js';
import { openAny } from './open-any.js';

test('Drishti: soft maps are the share of experts', async () => {
  const root = await folderOf({
    'Training/Images/GLAUCOMA/drishtiGS_002.png': await picture(8, 8, (x) => [x, x, x]),
    'Training/GT/drishtiGS_002/SoftMap/drishtiGS_002_ODsegSoftmap.png': await picture(
      8,
      8,
      (x) => 51 * Math.min(5, x),
    ),
    'Training/GT/drishtiGS_002/SoftMap/drishtiGS_002_cupsegSoftmap.png': await picture(8, 8, () => 0),
    'diagnosis.csv': 'Drishti-GS File,Total\ndrishtiGS_002,Glaucomatous\n',
  });
  const { cases, told } = await read(await drishti(root));
  const { annotations, diagnosis, split } = cases.drishtiGS_002!;
  expect([...annotations.disc!.experts!.subarray(0, 6)].map((v) => Math.round(v * 5))).toEqual([
    0, 1, 2, 3, 4, 5,
  ]);
  expect([area(annotations.cup!.experts), diagnosis, split]).toEqual([0, 1, 'train']);
  expect(told).toEqual([]);
  expect((await openAny(root)).name).toBe('drishti');
});
