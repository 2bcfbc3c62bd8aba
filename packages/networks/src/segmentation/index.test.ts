import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { segmentationNetworks } from './index.js';

it('every network of the list goes through the suite of all, in its own test', () => {
  const folder = new URL('.', import.meta.url);
  const called = readdirSync(folder)
    .filter((file) => file.endsWith('.test.ts'))
    .flatMap((file) => [
      ...readFileSync(new URL(file, folder), 'utf8').matchAll(/^segmentationSuite\('(\w+)'/gm),
    ])
    .map(([, name]) => name!);
  expect(called.sort()).toEqual(segmentationNetworks.map(({ name }) => name as string).sort());
});

it('the README names every network, beside what it was made for', () => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  const rows = { fundus: 'disc and cup', thyroid: 'thyroid nodules', skin: 'skin lesions', any: 'anything' };
  for (const [disease, row] of Object.entries(rows)) {
    const [, names] = new RegExp(`^\\| ${row} \\| (.*) \\|$`, 'm').exec(readme)!;
    for (const { name, about } of segmentationNetworks) {
      const own = ('madeFor' in about ? about.madeFor : 'any') === disease;
      expect(names!.includes(`\`${name}\``), `${name} in ${row}`).toBe(own);
    }
  }
});
