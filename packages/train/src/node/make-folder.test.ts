import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { makeFolder } from './make-folder.js';

const root = mkdtempSync(join(tmpdir(), 'make-folder-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

it('makes what is missing, and says what it made first', async () => {
  expect(await makeFolder(join(root, 'a/b/c'))).toBe(join(root, 'a'));
  expect(await makeFolder(join(root, 'a/b/c'))).toBe(undefined);
  expect(await makeFolder(join(root, 'a/b/d'))).toBe(join(root, 'a/b/d'));
});

it('by several at once is made once', async () => {
  await Promise.all(Array.from({ length: 20 }, () => makeFolder(join(root, 'x/y/z'))));
  expect(existsSync(join(root, 'x/y/z'))).toBe(true);
});

it('throws where there is a file, and where no folder can be', async () => {
  writeFileSync(join(root, 'file'), '');
  await expect(makeFolder(join(root, 'file'))).rejects.toThrow('EEXIST');
  await expect(makeFolder(join(root, 'file/a'))).rejects.toThrow('ENOTDIR');
  await expect(makeFolder(join(root, 'n'.repeat(300)))).rejects.toThrow('ENAMETOOLONG');
  if (existsSync('/proc/self')) await expect(makeFolder('/proc/x/y')).rejects.toThrow(/ENOENT|EACCES|EPERM/);
});
