import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { clashesOf } from './support/public-names.js';
import { type Manifest, published } from './support/workspaces.js';

test('a public name means one thing across all packages', { timeout: 120_000 }, () => {
  const entries = published.flatMap(({ folder, manifest }) =>
    sourcesOf(manifest).map(([path, file]) => [manifest.name + path, join(folder, file)]),
  );
  expect(entries.length).toBeGreaterThan(20);
  expect(clashesOf(Object.fromEntries(entries))).toEqual([]);
});

test('a clash is found, what is passed on is none', () => {
  const folder = mkdtempSync(join(tmpdir(), 'diff-names-'));
  try {
    const entry = (name: string, code: string) => {
      writeFileSync(join(folder, `${name}.ts`), code);
      return join(folder, `${name}.ts`);
    };
    const entries = {
      one: entry('one', 'export type Mask = Uint8Array;\nexport const dice = 1;'),
      two: entry('two', 'export interface Mask { data: Uint8Array }\nexport const jaccard = 1;'),
      three: entry('three', "export { dice } from './one.ts';"),
    };
    expect(clashesOf(entries)).toEqual(['Mask: one | two']);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

/** Entries of a package, as `['/df-gt', './src/df-gt/index.ts']`. */
function sourcesOf({ exports = {} }: Manifest): [string, string][] {
  return Object.entries(exports).flatMap(([path, conditions]) => {
    const source = typeof conditions === 'object' ? conditions['@diff/source'] : undefined;
    return typeof source === 'string' ? [[path.slice(1), source]] : [];
  });
}
