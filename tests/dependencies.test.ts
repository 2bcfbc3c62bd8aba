import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { dependenciesPage, pulledIn } from '../tools/dependencies.js';
import { root } from './support/chromium.js';

const all = pulledIn();
const every = all.flatMap(({ dependencies }) => dependencies);

test('the page of dependencies is that of the lock file (npm run dependency-table)', () => {
  expect(readFileSync(join(root, 'docs/results/dependencies.md'), 'utf8')).toBe(dependenciesPage(all));
});

test('no dependency runs a program when it is installed, but sharp', () => {
  expect([...new Set(every.filter((one) => one.installScript).map(({ name }) => name))]).toEqual(['sharp']);
});

test('every licence is a permissive one, but that of libvips', () => {
  const permissive =
    /^\(?(?:MIT|ISC|0BSD|Apache-2\.0|BSD-[23]-Clause|BlueOak-1\.0\.0|CC0-1\.0|Unlicense|Python-2\.0|Zlib)\b/;
  const others = every.filter(({ license }) => !permissive.test(license) || /GPL/.test(license));
  expect(others.filter(({ name }) => !/^@img\/sharp-(?:libvips-|win32-|wasm32)/.test(name))).toEqual([]);
});

test.each(['@diff/metrics', '@diff/fusion'])('%s pulls in nothing', (name) => {
  expect(all.find((one) => one.package === name)!.dependencies).toEqual([]);
});
