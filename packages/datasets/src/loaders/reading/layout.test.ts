import { expect, test } from 'vitest';
import { folderOf, mask, photo } from '../../fixtures/temporary.js';
import { folder } from '../folder.js';

test('a rater or a structure called __proto__ is refused', async () => {
  const root = await folderOf({
    'a.png': await photo(),
    '__proto__/1/a.png': await mask(2),
    '1/__proto__/a.png': await mask(2),
  });
  for (const pattern of ['{structure}/1/{id}.png', '1/{rater}/{id}.png']) {
    await expect(folder(root, { image: '{id}.png', mask: pattern })).rejects.toThrow(
      'no name for a rater or structure',
    );
  }
  expect(({} as Record<string, unknown>).a).toBeUndefined();
});
