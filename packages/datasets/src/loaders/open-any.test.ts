import { expect, test } from 'vitest';
import { folderOf } from '../fixtures/temporary.js';
import { lidc } from './lidc.js';
import { openAny } from './open-any.js';

test('a root without the layout, or that is not there, is an error that says what was looked for', async () => {
  const root = await folderOf({ 'readme.txt': '' });
  await expect(lidc(root)).rejects.toThrow('lidc: found no case under');
  await expect(lidc(root)).rejects.toThrow('LIDC-IDRI-XXXX/nodule-k');
  await expect(openAny(root)).rejects.toThrow('has none of the layouts');
  await expect(lidc(`${root}/nowhere`)).rejects.toThrow('ENOENT');
});
