import { expect, test } from 'vitest';
import { area, read } from '../fixtures/read.js';
import { folderOf, mask, photo, picture } from '../fixtures/temporary.js';
import { gleason } from './gleason.js';
import { openAny } from './open-any.js';

test('Gleason: each grade is a structure, and a slide a patient', async () => {
  const root = await folderOf({
    'Train Imgs/slide001_core003.jpg': await photo(),
    'Maps1_T/slide001_core003_classimg_nonconvex.png': await picture(
      12,
      12,
      (x) => [0, 1, 3, 4, 5, 6][x % 6]!,
    ),
    'Maps2_T/slide001_core004_classimg_nonconvex.png': await mask(3),
  });
  const { cases, told } = await read(await gleason(root));
  const { annotations, patient } = cases.slide001_core003!;
  expect([annotations.grade3!['1'], annotations.grade4!['1'], annotations.grade5!['1']].map(area)).toEqual([
    24, 24, 24,
  ]);
  expect(patient).toBe('slide001');
  expect(told).toEqual(['Maps2_T/slide001_core004_classimg_nonconvex.png: a mask without its image']);
  expect((await openAny(root)).name).toBe('gleason');
});
