import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from './chromium.js';

export interface Manifest {
  name: string;
  version: string;
  private?: boolean;
  engines?: Record<string, string>;
  bin?: Record<string, string>;
  exports?: Record<string, string | Record<string, unknown>>;
  scripts?: Record<string, string>;
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
}

export interface Workspace {
  folder: string;
  manifest: Manifest;
}

const read = (path: string): Workspace => ({
  folder: dirname(join(root, path)),
  manifest: JSON.parse(readFileSync(join(root, path), 'utf8')) as Manifest,
});

/** The repository itself. */
export const top = read('package.json');

export const workspaces: Workspace[] = ['packages', 'examples']
  .flatMap((group) => readdirSync(join(root, group)).map((name) => `${group}/${name}/package.json`))
  .concat('benchmarks/package.json')
  .filter((path) => existsSync(join(root, path)))
  .map(read);

export const published = workspaces.filter(({ manifest }) => !manifest.private);
