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

it('every network has a row in the README, which says whether it was reconstructed', () => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  for (const { name, fidelity } of segmentationNetworks) {
    const rows = readme.split('\n').filter((line) => line.startsWith(`| \`${name}\` |`));
    expect(rows, name).toHaveLength(1);
    const [, source] = /\|([^|]*)\|\s*$/.exec(rows[0]!)!;
    expect(/reconstructed/.test(source!), `${name}: ${source}`).toBe(fidelity === 'reconstructed');
  }
});
