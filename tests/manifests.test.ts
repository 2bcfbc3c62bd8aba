import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { root } from './support/chromium.js';
import { published, top, workspaces } from './support/workspaces.js';

const all = [top, ...workspaces];

describe('one range per dependency in all packages', () => {
  const kinds = [
    ['dependencies', 'devDependencies'],
    ['peerDependencies', 'peerDependencies'],
  ] as const;
  test.each(kinds)('%s and %s', (...fields) => {
    const ranges = new Map<string, Set<string>>();
    for (const { manifest } of all)
      for (const field of fields)
        for (const [name, range] of Object.entries(manifest[field] ?? {}))
          ranges.set(name, (ranges.get(name) ?? new Set()).add(range));
    const several = [...ranges].filter(([, found]) => found.size > 1);
    expect(several.map(([name, found]) => [name, ...found])).toEqual([]);
  });
});

test('a peer among our packages may be any 0.x: a narrower range would make the next release a major one', () => {
  const ours = new Set(published.map(({ manifest }) => manifest.name));
  const peers = published.flatMap(({ manifest }) => Object.entries(manifest.peerDependencies ?? {}));
  const ranges = peers.filter(([name]) => ours.has(name)).map(([, range]) => range);
  expect(ranges.length).toBeGreaterThan(0);
  for (const range of ranges) expect(range).toMatch(/^>=0\.\d+\.\d+ <1\.0\.0$/);
});

test.each(published.map((one) => [one.manifest.name, one.manifest] as const))(
  '%s asks for the Node that the repository asks for',
  (_, { engines }) => expect(engines).toEqual(top.manifest.engines),
);

const programs = workspaces.flatMap(({ folder, manifest }) =>
  Object.entries(manifest.bin ?? {}).map(([name, path]) => ({ name, path: join(folder, path) })),
);

describe.each(programs)('the program $name', ({ name, path }) => {
  // npm links a workspace's programs as it installs, before anything is built.
  test('is a committed file that npm has linked', () => {
    expect(path).toMatch(/\/bin\/[\w-]+\.js$/);
    expect(readFileSync(path, 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/);
    expect(statSync(path).mode & 0o111).toBe(0o111);
    expect(existsSync(join(root, 'node_modules/.bin', name))).toBe(true);
  });
});

test.each(['ci.yml', 'pages.yml', 'release.yml'])(
  'the workflow %s is whole, and runs scripts that there are',
  (name) => {
    const workflow = parse(readFileSync(join(root, '.github/workflows', name), 'utf8'));
    expect(workflow.on.push.branches).toEqual(['main']);
    const jobs = Object.values<{ 'runs-on': string; steps: Record<string, unknown>[] }>(workflow.jobs);
    expect(jobs).not.toEqual([]);
    for (const { 'runs-on': machine, steps } of jobs) {
      expect(machine).toBe('ubuntu-latest');
      for (const step of steps) expect([step.uses, step.run].filter(Boolean)).toHaveLength(1);
      const named = [...JSON.stringify(steps).matchAll(/npm run (\w+)/g)].map(([, script]) => script!);
      for (const script of named) expect(top.manifest.scripts).toHaveProperty(script);
    }
  },
);

test('no workflow names a registry', () => {
  const release = readFileSync(join(root, '.github/workflows/release.yml'), 'utf8');
  expect(release).not.toMatch(/registry/i);
});
