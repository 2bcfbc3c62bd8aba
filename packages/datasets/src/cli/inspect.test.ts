import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { beforeAll, expect, test } from 'vitest';
import { folderOf } from '../fixtures/temporary.js';
import { phantom } from '../phantom/phantom.js';
import { write } from '../writers/write.js';

const main = fileURLToPath(new URL('main.ts', import.meta.url));
const run = (...args: string[]) =>
  promisify(execFile)(process.execPath, ['--conditions=@diff/source', '--import', 'tsx', main, ...args]);

let root: string;
let out: string;
beforeAll(async () => {
  root = await folderOf({ 'LIDC-IDRI-9999/nodule-0/mask-0/slice-0.png': 'stray' });
  out = await folderOf({});
  await write(phantom('lung', { cases: 6, size: 32, seed: 1, prevalence: 0.5 }), root, 'lidc', {
    allow: ['rater names'],
  });
});

test('inspect recognises the layout, says what is there and what is wrong, and draws every rater', async () => {
  const sheet = join(out, 'sheet.png');
  const { stdout } = await run('inspect', root, '--sheet', sheet, '--cases', '4');
  expect(stdout).toMatch(/layout: +lidc/);
  expect(stdout).toMatch(/cases: +6, of which 6 could be decoded/);
  expect(stdout).toMatch(/skipped: LIDC-IDRI-9999\/nodule-0\/mask-0\/slice-0.png: a mask without its image/);
  expect(stdout).toMatch(/contact sheet: .*sheet.png \(4 cases\)/);
  const colours = [...stdout.matchAll(/(#[\da-f]{6}) {2}(\d)$/gm)].map(([, hex]) => hex!);
  expect(colours).toHaveLength(4);
  const { data, info } = await sharp(await readFile(sheet))
    .raw()
    .toBuffer({ resolveWithObject: true });
  expect([info.width, info.height]).toEqual([2 * 228 + 4, 2 * 228 + 4]);
  const seen = new Set<string>();
  for (let i = 0; i < data.length; i += 3) seen.add(`#${data.subarray(i, i + 3).toString('hex')}`);
  expect(colours.filter((hex) => seen.has(hex)).length).toBeGreaterThanOrEqual(3);
  expect(await readdir(out)).toEqual(['sheet.png']);
});

test('inspect gives JSON on demand, and a root of no known layout is an error', async () => {
  const { stdout } = await run('inspect', root, '--quick', '--json', '--sheet', join(out, 'quick.png'));
  expect(JSON.parse(stdout)).toMatchObject({
    name: 'lidc',
    cases: 6,
    problems: [{ outcome: 'skipped' }, ...Array(0)],
  });
  await expect(run('inspect', out)).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/diff-datasets: .*none of the layouts/),
  });
  await expect(run('inspect', root, '--cases', '0')).rejects.toMatchObject({
    stderr: expect.stringMatching(/whole number/),
  });
});
