import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { folderOf } from '../../fixtures/temporary.js';
import { leavesRoot, listTree } from './tree.js';

test('a tree lists files in natural order, without what desktops leave behind', async () => {
  const root = await folderOf({
    'a/image10.png': '',
    'a/image2.png': '',
    '.DS_Store': '',
    '__MACOSX/a/image2.png': '',
    'Thumbs.db': '',
  });
  expect((await listTree(root)).paths).toEqual(['a/image2.png', 'a/image10.png']);
});

test('names are looked up among the listed files, whatever their case and slashes, and never outside', async () => {
  const tree = await listTree(await folderOf({ 'a/Image.PNG': '', 'b.csv': '' }));
  expect(tree.find('A\\image.png')).toBe('a/Image.PNG');
  expect(tree.find('a/../b.csv')).toBe('b.csv');
  expect(() => tree.find('a/none.png')).toThrow('a/none.png: no such file');
  for (const name of ['../b.csv', 'a/../../b.csv', '..\\..\\secret', '/etc/passwd', 'C:\\secret']) {
    expect(() => tree.find(name)).toThrow('leads out of the root');
    expect(leavesRoot(name)).toBe(true);
  }
});

test('links that lead out of the root are problems; others are followed, in a circle once', async () => {
  const outside = await folderOf({ 'secret.png': 'x' });
  const root = await folderOf({ 'in/a.png': 'x' });
  await symlink(join(outside, 'secret.png'), join(root, 'stolen.png'));
  await symlink(outside, join(root, 'elsewhere'));
  await symlink(join(root, 'nothing'), join(root, 'dangling.png'));
  await symlink(join(root, 'in/a.png'), join(root, 'b.png'));
  await symlink(root, join(root, 'in/loop'));
  const tree = await listTree(root);
  expect(tree.paths).toEqual(['b.png', 'in/a.png']);
  expect(tree.problems.map(({ path, reason }) => [path, reason])).toEqual([
    ['dangling.png', 'a link to nothing'],
    ['elsewhere', 'a link that leads out of the root'],
    ['stolen.png', 'a link that leads out of the root'],
  ]);
});

// Other systems refuse such names, or change them.
test.skipIf(process.platform !== 'linux')('names that are no UTF-8 are problems', async () => {
  const root = await folderOf({ 'a.png': 'x', 'genuine\ufffd.png': 'x' });
  const bytes = (...parts: (string | number)[]) =>
    Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.from([part]))));
  await writeFile(bytes(`${root}/caf`, 0xe9, '.png'), 'x');
  await mkdir(bytes(`${root}/`, 0xff, 'b'));
  await writeFile(bytes(`${root}/`, 0xff, 'b/c.png'), 'x');
  const tree = await listTree(root);
  expect(tree.paths).toEqual(['a.png', 'genuine\ufffd.png']);
  const reason = 'its name is not UTF-8: rename it';
  expect(tree.problems.map((problem) => [problem.path, problem.reason])).toEqual([
    ['caf\ufffd.png', reason],
    ['\ufffdb', reason],
  ]);
});
