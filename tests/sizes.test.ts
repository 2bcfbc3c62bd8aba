import { expect, test } from 'vitest';
import { sizesOf } from '../tools/sizes.js';
import { textOf } from './support/pages.js';

test('one metric alone is at most 2.5 kB, or named in the README with its size', async () => {
  const heavy = [...(await sizesOf('@diff/metrics'))].filter(([, bytes]) => bytes > 2500);
  const [section] = /^## How small$[\s\S]*?(?=^## )/m.exec(textOf('packages/metrics/README.md')) ?? [''];
  const named = [...section.matchAll(/^\| `(\w+)` \| ([\d.]+) \|/gm)].map(([, name, size]) => [name, size]);
  expect(named.map(([name]) => name).sort()).toEqual(heavy.map(([name]) => name).sort());
  for (const [name, size] of named) {
    const bytes = heavy.find(([each]) => each === name)![1];
    expect(Math.abs(bytes / 1000 - Number(size)), `${name}: ${bytes}`).toBeLessThan(0.1);
  }
});
