import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

/** `[from, to]`: a module and one that it imports, types and dynamic imports too. Paths are relative to a root. */
export type Import = readonly [from: string, to: string];

/** Every import of the sources of a package, tests and fixtures left out: files by their path, packages by their name. */
export function importsOf(src: string): Import[] {
  const files = (readdirSync(src, { recursive: true }) as string[])
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => /\.(ts|mjs)$/.test(path) && !/\.(test|bench)\.ts$|(^|\/)fixtures\//.test(path));
  return files.flatMap((file) =>
    [...readFileSync(join(src, file), 'utf8').matchAll(IMPORT)].map(([, ...found]): Import => {
      const specifier = found.find((text) => text !== undefined)!;
      if (!specifier.startsWith('.')) return [file, specifier];
      return [file, relative(src, join(src, dirname(file), specifier)).replace(/\.js$/, '.ts')];
    }),
  );
}

/** `import … from`, `export … from`, `import '…'` and `import('…')`, as the formatter leaves them. */
const IMPORT = /^(?:import|export)\b[^'";]*?\bfrom '([^']+)'|^import '([^']+)'|\bimport\('([^']+)'\)/gm;

/**
 * Imports that do not go down: from a floor to itself, but within one name, or to a floor above.
 *
 * @param nameOf What of the floors a path belongs to; `undefined` where it does not count.
 */
export function upward(
  imports: readonly Import[],
  floors: readonly (readonly string[])[],
  nameOf: (path: string) => string | undefined,
): string[] {
  const floorOf = (name: string) => floors.findIndex((names) => names.includes(name));
  return imports.flatMap(([from, to]) => {
    const [upper, lower] = [nameOf(from), nameOf(to)];
    if (upper === undefined || lower === undefined || upper === lower) return [];
    for (const name of [upper, lower]) if (floorOf(name) < 0) return [`${name} is on no floor (${from})`];
    return floorOf(lower) > floorOf(upper) ? [] : [`${from} imports ${to}`];
  });
}

/** Circles of imports: from each file that reaches itself, the shortest way back, each circle once. */
export function circles(imports: readonly Import[]): string[][] {
  const next = new Map<string, string[]>();
  for (const [from, to] of imports) next.set(from, [...(next.get(from) ?? []), to]);
  const found = new Map<string, string[]>();
  for (const start of next.keys()) {
    const way = wayBack(start, next);
    if (!way) continue;
    const members = [...new Set(way)].sort().join();
    if (!found.has(members)) found.set(members, way);
  }
  return [...found.values()];
}

/** Breadth first. */
function wayBack(start: string, next: ReadonlyMap<string, readonly string[]>): string[] | undefined {
  const ways = [[start]];
  const seen = new Set<string>();
  for (const way of ways)
    for (const to of next.get(way.at(-1)!) ?? []) {
      if (to === start) return [...way, to];
      if (seen.has(to)) continue;
      seen.add(to);
      ways.push([...way, to]);
    }
  return undefined;
}
