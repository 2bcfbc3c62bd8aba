// npm run rehearse-release: what a release would be, from the last commit, in a throw-away clone. Versions are made of the
// changesets, everything is built and packed, each package is installed alone from its tarball, and each of its entries is
// imported. Nothing is published, and nothing of this checkout is touched.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

interface Manifest {
  name: string;
  version: string;
  private?: boolean;
  exports: Record<string, unknown>;
  dependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
}

const home = mkdtempSync(join(tmpdir(), 'release-'));
const clone = join(home, 'clone');
const tarballs = join(home, 'tarballs');
const run = (cwd: string, command: string, ...args: string[]) =>
  execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });

const manifests = () =>
  readdirSync(join(clone, 'packages'))
    .map(
      (folder) =>
        JSON.parse(readFileSync(join(clone, 'packages', folder, 'package.json'), 'utf8')) as Manifest,
    )
    .filter((manifest) => !manifest.private);

try {
  console.log(`in ${home}`);
  run('.', 'git', 'clone', '--quiet', '--shared', resolve('.'), clone);
  run(clone, 'npm', 'ci', '--prefer-offline', '--no-audit', '--no-fund');
  const before = new Map(manifests().map(({ name, version }) => [name, version]));
  run(clone, 'npm', 'run', 'version');
  const after = manifests();
  for (const { name, version } of after) console.log(`${name}: ${before.get(name)} -> ${version}`);
  const left = readdirSync(join(clone, '.changeset')).filter(
    (file) => /\.md$/.test(file) && file !== 'README.md',
  );
  if (left.length) throw new Error(`changesets are left: ${left.join(', ')}`);
  // Before 1.0 a release with breaking names is a minor one; 1.0 is a decision, and no accident of a range.
  const leaps = after.filter(
    ({ name, version }) => version.split('.')[0] !== before.get(name)!.split('.')[0],
  );
  if (leaps.length) throw new Error(`a major version by itself: ${leaps.map(({ name }) => name).join(', ')}`);

  run(clone, 'npx', 'turbo', 'run', 'build');
  mkdirSync(tarballs);
  const packed = JSON.parse(
    run(
      clone,
      'npm',
      ...['pack', '--json', '--ignore-scripts', `--pack-destination=${tarballs}`],
      ...after.map(({ name }) => `--workspace=${name}`),
    ),
  ) as { name: string; filename: string }[] | Record<string, { name: string; filename: string }>;
  const fileOf = new Map(Object.values(packed).map(({ name, filename }) => [name, join(tarballs, filename)]));
  for (const manifest of after) installAlone(manifest, after, fileOf);
  console.log('a release would do');
} finally {
  rmSync(home, { recursive: true, force: true });
}

/** In an empty project: the package, and of its siblings those that it needs, which the registry does not have yet. */
function installAlone(
  manifest: Manifest,
  all: readonly Manifest[],
  fileOf: ReadonlyMap<string, string>,
): void {
  const needed = new Set<string>();
  const add = ({ name, dependencies, peerDependencies }: Manifest) => {
    if (needed.has(name)) return;
    needed.add(name);
    for (const other of Object.keys({ ...dependencies, ...peerDependencies })) {
      const sibling = all.find((one) => one.name === other);
      if (sibling) add(sibling);
    }
  };
  add(manifest);
  const project = join(home, 'project');
  rmSync(project, { recursive: true, force: true });
  mkdirSync(project);
  const files = Object.fromEntries([...needed].map((name) => [name, `file:${fileOf.get(name)}`]));
  writeFileSync(
    join(project, 'package.json'),
    JSON.stringify({ name: 'empty-project', private: true, type: 'module', dependencies: files }),
  );
  run(project, 'npm', 'install', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error');
  const entries = Object.keys(manifest.exports)
    .filter((entry) => !/\.json$|\*/.test(entry))
    .map((entry) => join(manifest.name, entry));
  const program = entries.map((entry) => `await import('${entry}');`).join('\n');
  writeFileSync(join(project, 'imports.js'), program);
  run(project, 'node', 'imports.js');
  const siblings = [...needed].filter((name) => name !== manifest.name);
  console.log(
    `${manifest.name} alone${siblings.length ? ` (with ${siblings.join(', ')})` : ''}: ${entries.length} entries are imported`,
  );
}
