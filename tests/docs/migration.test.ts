import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';
import { root } from '../support/chromium.js';
import { published } from '../support/workspaces.js';

const namesIn = (cell: string) => [...cell.matchAll(/`(\w+)`/g)].map(([, name]) => name!);

/** Rows of the table of names: what is imported now, from where, and from where it was. */
const rows = readFileSync(join(root, 'docs/migration.md'), 'utf8')
  .split('\n')
  .flatMap((line) => {
    const [, old = '', now = '', from = ''] =
      line.split(' | ').length === 3 ? (/^\| (.*?) \| (.*?) \| `(.*)` \|$/.exec(line) ?? []) : [];
    if (!from) return [];
    const [, before = '', names = ''] = /^`([^`]+)`: (.*)$/.exec(old)!;
    return [{ before, old: namesIn(names), now: now === 'the same' ? namesIn(names) : namesIn(now), from }];
  });

const sources = new Map(
  published.flatMap(({ folder, manifest }) =>
    Object.entries(manifest.exports ?? {}).flatMap(([path, to]) => {
      const source =
        typeof to === 'object' && to ? (to as Record<string, unknown>)['@diff/source'] : undefined;
      return typeof source === 'string'
        ? [[manifest.name + path.slice(1), join(folder, source)] as const]
        : [];
    }),
  ),
);

test('every name of the migration page is where the page says, and no longer where it was', {
  timeout: 120_000,
}, () => {
  expect(rows.length).toBeGreaterThan(10);
  const program = ts.createProgram([...sources.values()], {
    module: ts.ModuleKind.NodeNext,
    target: ts.ScriptTarget.ES2022,
    customConditions: ['@diff/source'],
    skipLibCheck: true,
    types: ['node'],
  });
  const checker = program.getTypeChecker();
  const exportsOf = (entry: string) => {
    const file = sources.get(entry);
    const module = file && checker.getSymbolAtLocation(program.getSourceFile(file)!);
    return module ? checker.getExportsOfModule(module).map(({ name }) => name) : [];
  };
  for (const { before, old, now, from } of rows) {
    expect(exportsOf(from), from).toEqual(expect.arrayContaining(now));
    // A name that got another meaning is still there.
    const left = exportsOf(before).filter(
      (name) => old.includes(name) && name !== 'raterWorth' && !(before === from && now.includes(name)),
    );
    expect(left, before).toEqual([]);
  }
});
