// What each published package pulls in, from npm's lock file: node --import tsx tools/dependencies.ts writes docs/results/dependencies.md.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const path = (relative: string) => fileURLToPath(new URL(`../${relative}`, import.meta.url));

interface Locked {
  version?: string;
  license?: string;
  /** Of a workspace: where it lies. */
  resolved?: string;
  link?: boolean;
  hasInstallScript?: boolean;
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
  peerDependenciesMeta?: Record<string, { optional?: boolean }>;
}

export interface Dependency {
  name: string;
  version: string;
  license: string;
  installScript: boolean;
}

export interface PulledIn {
  package: string;
  /** The packages that npm installs with it, ours left out; of binaries for several platforms all. */
  dependencies: Dependency[];
}

type Lock = Record<string, Locked>;

/** What npm installs with each package that is published: dependencies, optional ones, and peers that must be there. */
export function pulledIn(
  lock: Lock = JSON.parse(readFileSync(path('package-lock.json'), 'utf8')).packages,
): PulledIn[] {
  return readdirSync(path('packages')).flatMap((folder) => {
    const manifest = JSON.parse(readFileSync(path(`packages/${folder}/package.json`), 'utf8'));
    if (manifest.private) return [];
    const found = new Map<string, Dependency>();
    visit(lock, `packages/${folder}`, found, new Set());
    const dependencies = [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
    return [{ package: manifest.name as string, dependencies }];
  });
}

function visit(lock: Lock, at: string, found: Map<string, Dependency>, seen: Set<string>): void {
  if (seen.has(at)) return;
  seen.add(at);
  const { dependencies, optionalDependencies, peerDependencies, peerDependenciesMeta } = lock[at]!;
  const peers = Object.keys(peerDependencies ?? {}).filter((name) => !peerDependenciesMeta?.[name]?.optional);
  for (const name of [...Object.keys({ ...dependencies, ...optionalDependencies }), ...peers]) {
    const place = resolvePlace(lock, at, name);
    // Optional ones of other platforms may be absent.
    if (!place) continue;
    const { link, resolved, version, license, hasInstallScript } = lock[place]!;
    if (link) {
      visit(lock, resolved!, found, seen);
      continue;
    }
    found.set(`${name} ${version}`, {
      name,
      version: version!,
      license: license ?? 'not said',
      installScript: hasInstallScript ?? false,
    });
    visit(lock, place, found, seen);
  }
}

/** As Node looks a package up: beside the one that asks, then further out. */
function resolvePlace(lock: Lock, at: string, name: string): string | undefined {
  for (let from = at; ; from = from.slice(0, Math.max(0, from.lastIndexOf('/')))) {
    const place = `${from ? `${from}/` : ''}node_modules/${name}`;
    if (lock[place]) return place;
    if (!from) return undefined;
  }
}

/** The page `docs/results/dependencies.md`. */
export function dependenciesPage(all: readonly PulledIn[] = pulledIn()): string {
  const licences = (list: readonly Dependency[]) =>
    [...new Set(list.map(({ license }) => license))].sort().join(', ') || 'none';
  const scripts = (list: readonly Dependency[]) =>
    [...new Set(list.flatMap(({ name, installScript }) => (installScript ? [name] : [])))].join(', ') ||
    'none';
  const names = (list: readonly Dependency[]) => new Set(list.map(({ name }) => name)).size;
  const every = new Map(
    all.flatMap(({ dependencies }) => dependencies).map((one) => [`${one.name} ${one.version}`, one]),
  );
  const rows = [...every.values()].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  return `# What the packages pull in

Made from npm's lock file by \`npm run dependency-table\`; a test compares. Counted is what \`npm install\` may bring with a package beside our
own ones, optional dependencies and the binaries of every platform included (npm takes those of yours).

| package | packages | install scripts | licences |
|---|--:|---|---|
${all.map((one) => `| \`${one.package}\` | ${names(one.dependencies)} | ${scripts(one.dependencies)} | ${licences(one.dependencies)} |`).join('\n')}

The LGPL is that of libvips, the library that reads and writes pictures: \`@img/sharp-libvips-*\` holds it as a shared library, unchanged,
which may be replaced by another build. sharp's install script looks for that binary, and builds sharp from source where a libvips of the system is there.

| dependency | version | licence | install script |
|---|---|---|---|
${rows.map(({ name, version, license, installScript }) => `| ${name} | ${version} | ${license} | ${installScript ? 'yes' : ''} |`).join('\n')}
`;
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  writeFileSync(path('docs/results/dependencies.md'), dependenciesPage());
