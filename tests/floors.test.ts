import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from './support/chromium.js';
import { algorithmsOnTop, folderFloors, packageFloors, withCircles } from './support/floors.js';
import { circles, type Import, importsOf, upward } from './support/imports.js';

const folders = readdirSync(join(root, 'packages')).filter((name) =>
  existsSync(join(root, 'packages', name, 'package.json')),
);
const imports = new Map(folders.map((folder) => [folder, importsOf(join(root, 'packages', folder, 'src'))]));

/** `@diff/metrics` and `@diff/metrics/x` are metrics, `diff-pipeline` is pipeline; others do not count. */
const packageOf = (specifier: string) =>
  /^@diff\/([\w-]+)/.exec(specifier)?.[1] ?? (/^diff-pipeline\b/.test(specifier) ? 'pipeline' : undefined);

describe('packages', () => {
  it.each(folders)('%s imports only from packages on floors below its own', (folder) => {
    const between = imports.get(folder)!.filter(([, to]) => packageOf(to));
    expect(upward(between, packageFloors, (path) => (path.includes('@') ? packageOf(path) : folder))).toEqual(
      [],
    );
  });

  it('examples are imported by no package', () => {
    const all = [...imports.values()].flat().map(([, to]) => to);
    expect(all.filter((to) => /examples\/|^reproduce\b/.test(to))).toEqual([]);
  });
});

describe('folders', () => {
  const folderOf = (path: string) => (/^[\w-]+\//.test(path) ? path.split('/')[0] : undefined);
  const passesOn = (path: string) => !path.includes('/') && path.endsWith('index.ts');

  it.each(Object.keys(folderFloors))('of %s import only from folders on floors below their own', (name) => {
    const all = imports.get(name) ?? importsOf(join(root, 'packages', name));
    const within = all.filter(([from, to]) => !passesOn(from) && to.endsWith('.ts'));
    expect(within.length).toBeGreaterThan(0);
    expect(upward(within, folderFloors[name]!, folderOf)).toEqual([]);
    const onTop = algorithmsOnTop.includes(name);
    const inFolder = (path: string) => path.includes('/');
    const across = within.filter(([from, to]) => inFolder(from) === onTop && inFolder(to) !== onTop);
    expect(
      across,
      onTop ? 'folders import no algorithm' : 'files directly in src import from no folder',
    ).toEqual([]);
  });

  it('df-gt of fusion and the rest of it import nothing of each other', () => {
    const inDfGt = (path: string) => path.startsWith('df-gt/');
    const within = imports.get('fusion')!.filter(([, to]) => to.endsWith('.ts'));
    expect(within.filter(([from, to]) => inDfGt(from) !== inDfGt(to))).toEqual([]);
  });
});

describe('circles', () => {
  for (const folder of folders) {
    const check = withCircles.includes(folder) ? it.fails : it;
    check(`there are none in ${folder}, of types neither`, () => {
      expect(circles(imports.get(folder)!)).toEqual([]);
    });
  }
});

describe('the check itself', () => {
  const floors = [['cli'], ['run', 'report'], ['jobs']];
  const nameOf = (path: string) => path.split('/')[0];

  it('finds an import upwards, one along a floor, and a folder that nobody placed', () => {
    const found: Import[] = [
      ['cli/main.ts', 'jobs/job.ts'],
      ['run/run.ts', 'run/plan.ts'],
      ['jobs/job.ts', 'cli/main.ts'],
      ['run/run.ts', 'report/report.ts'],
      ['run/run.ts', 'tools/x.ts'],
    ];
    expect(upward(found, floors, nameOf)).toEqual([
      'jobs/job.ts imports cli/main.ts',
      'run/run.ts imports report/report.ts',
      'tools is on no floor (run/run.ts)',
    ]);
  });

  it('finds the shortest circle, once', () => {
    const found: Import[] = [
      ['a', 'b'],
      ['b', 'c'],
      ['c', 'a'],
      ['c', 'd'],
      ['d', 'e'],
    ];
    expect(circles(found)).toEqual([['a', 'b', 'c', 'a']]);
  });

  it('sees imports of types, of side effects, what is passed on and what is loaded later', () => {
    const src = mkdtempSync(join(tmpdir(), 'diff-imports-'));
    try {
      mkdirSync(join(src, 'a'));
      const lines = [
        "import type { Type } from './types.js';",
        "import '../effect.js';",
        "export * from '../b/passed-on.js';",
        "export const later = () => import('./later.js');",
        "export type Metrics = typeof import('@diff/metrics');",
      ];
      writeFileSync(join(src, 'a', 'all.ts'), lines.join('\n'));
      writeFileSync(join(src, 'a', 'all.test.ts'), "import './no-source.js';");
      const names = ['a/types.ts', 'effect.ts', 'b/passed-on.ts', 'a/later.ts', '@diff/metrics'];
      expect(importsOf(src).sort()).toEqual(names.map((to) => ['a/all.ts', to]).sort());
    } finally {
      rmSync(src, { recursive: true });
    }
  });
});
