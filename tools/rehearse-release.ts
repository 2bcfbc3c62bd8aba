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
  peerDependenciesMeta?: Record<string, { optional?: boolean }>;
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

/**
 * In an empty project: the package, and of its siblings those that it needs, which the registry does not have yet. Its main
 * entry is imported without the peers that are optional, all entries with them.
 */
function installAlone(
  manifest: Manifest,
  all: readonly Manifest[],
  fileOf: ReadonlyMap<string, string>,
): void {
  const project = join(home, 'project');
  rmSync(project, { recursive: true, force: true });
  mkdirSync(project);
  const siblingOf = (name: string) => all.find((one) => one.name === name);
  const install = (optional: boolean): string[] => {
    const wanted: Record<string, string> = {};
    const add = (one: Manifest) => {
      if (wanted[one.name]) return;
      wanted[one.name] = `file:${fileOf.get(one.name)}`;
      const needed = { ...one.dependencies, ...one.peerDependencies };
      for (const [name, range] of Object.entries(needed)) {
        const isOptional = one.peerDependenciesMeta?.[name]?.optional;
        if (isOptional && !(optional && one === manifest)) continue;
        const sibling = siblingOf(name);
        if (sibling) add(sibling);
        else if (isOptional) wanted[name] = range;
      }
    };
    add(manifest);
    const empty = { name: 'empty-project', private: true, type: 'module', dependencies: wanted };
    writeFileSync(join(project, 'package.json'), JSON.stringify(empty));
    // Scripts of engines fetch libraries that no import needs.
    const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
    run(project, 'npm', 'install', '--prefer-offline', ...quiet);
    return Object.keys(wanted).filter((name) => name !== manifest.name);
  };
  const importAll = (entries: readonly string[]) => {
    const program = entries.map((entry) => `await import('${join(manifest.name, entry)}');`);
    writeFileSync(join(project, 'imports.js'), program.join('\n'));
    run(project, 'node', 'imports.js');
  };
  let beside = install(false);
  importAll(['.']);
  const entries = Object.keys(manifest.exports).filter((entry) => !/\.json$|\*/.test(entry));
  if (manifest.peerDependenciesMeta) beside = install(true);
  importAll(entries);
  console.log(
    `${manifest.name}: ${entries.length} entries are imported${beside.length ? `, beside ${beside.join(', ')}` : ''}`,
  );
}
