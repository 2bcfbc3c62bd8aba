import { expect, test } from 'vitest';
import { tooLarge } from './size.js';

test('the limit is on the masks and their fusion together', () => {
  expect(tooLarge([128, 256, 256], 3)).toBe(undefined);
  expect(tooLarge([128, 256, 256], 4)).toBe(
    'The masks and their fusion have 41,943,040 voxels in all, expected at most 33,554,432 for them to be shown in space; slice by slice they are all here.',
  );
});
