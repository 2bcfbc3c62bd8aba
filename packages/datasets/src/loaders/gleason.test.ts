import { expect, test } from 'vitest';
import type { Case } from '../dataset/case.js';
import type { Dataset } from '../dataset/dataset.js';
import { block, folderOf, picture } from '../fixtures/temporary.js';
import { gleason } from './gleason.js';
import { openAny } from './open-any.js';

async function read(dataset: Dataset) {
  const cases: Record<string, Case> = {};
  for await (const one of dataset.cases()) cases[one.id] = one;
  return { cases, told: dataset.problems.map(({ path, reason }) => `${path}: ${reason}`).sort() };
}

const area = (mask: ArrayLike<number> | undefined) =>
  mask ? Array.from(mask).reduce((a, b) => a + b, 0) : undefined;

const photo = (side = 12) => picture(side, side, (x, y) => [10 * x, 10 * y, 128], 'jpeg');

const mask = (side: number, size = 12) => picture(size, size, block(0, 0, side));

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
