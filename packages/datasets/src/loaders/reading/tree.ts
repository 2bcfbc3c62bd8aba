import { lstat, readdir, realpath, stat } from 'node:fs/promises';
import { join, posix, relative, sep } from 'node:path';
import { DataError, messageOf, type Problem } from '../../dataset/problem.js';
import { type Files, filesUnder } from '../../formats/files.js';

/**
 * The files under a root, listed once. Whatever a table or an XML file names is looked up in this list and nowhere
 * else, so that no name can lead out of the root.
 */
export interface Tree extends Files {
  /** Relative to the root, with `/` between folders, in natural order (`image2` before `image10`). */
  paths: readonly string[];
  /** The listed path for a name, whatever its case and its slashes. @throws DataError where there is none. */
  find(name: string): string;
  has(name: string): boolean;
  /** The paths that match, with what the pattern's groups caught. */
  match(pattern: {
    exec(path: string): { groups?: Record<string, string> | undefined } | null;
  }): { path: string; groups: Record<string, string> }[];
  /** Links that lead out of the root, and names that are no text; what is behind them is not listed. */
  problems: readonly Problem[];
}

/** Orders `image2` before `image10`. */
export const natural = new Intl.Collator('en', { numeric: true }).compare;

/** What archives and desktops leave behind: never data. */
const LITTER = /^(?:\..*|__MACOSX|Thumbs\.db|desktop\.ini)$/i;

/** Lists `root`. @throws Error where it is not a readable folder. */
export async function listTree(root: string, limits: Pick<Files, 'tableLimit'> = {}): Promise<Tree> {
  const top = await realpath(root).catch((cause: NodeJS.ErrnoException) => {
    const reason = cause.code === 'ENOENT' ? 'there is no such folder' : messageOf(cause);
    throw Object.assign(new DataError(root, reason, { cause }), { code: cause.code });
  });
  const paths: string[] = [];
  const problems: Problem[] = [];
  const seen = new Set([top]);

  async function walk(folder: string): Promise<void> {
    const found = await readdir(folder, { withFileTypes: true });
    await Promise.all(
      found.map(async (item) => {
        if (LITTER.test(item.name)) return;
        const absolute = join(folder, item.name);
        const path = relative(top, absolute).split(sep).join('/');
        if (item.name.includes('\ufffd') && !(await lstat(absolute).catch(() => undefined))) {
          problems.push({ path, reason: 'its name is not UTF-8: rename it', outcome: 'skipped' });
          return;
        }
        let kind: { isDirectory(): boolean; isFile(): boolean } = item;
        if (item.isSymbolicLink()) {
          const target = await realpath(absolute).catch(() => undefined);
          if (target === undefined || !(target + sep).startsWith(top + sep)) {
            const reason = target === undefined ? 'a link to nothing' : 'a link that leads out of the root';
            problems.push({ path, reason, outcome: 'skipped' });
            return;
          }
          kind = await stat(target);
          if (kind.isDirectory() && seen.has(target)) return;
          seen.add(target);
        }
        if (kind.isDirectory()) await walk(absolute);
        else if (kind.isFile()) paths.push(path);
      }),
    );
  }
  await walk(top);
  paths.sort(natural);
  problems.sort((a, b) => natural(a.path, b.path));

  const listed = new Map(paths.map((path) => [path.toLowerCase(), path]));
  const lookUp = (name: string) => listed.get(posix.normalize(name.replaceAll('\\', '/')).toLowerCase());
  return {
    paths,
    problems,
    has: (name) => lookUp(name) !== undefined,
    find(name) {
      const path = lookUp(name);
      if (path !== undefined) return path;
      throw new DataError(name, leavesRoot(name) ? 'leads out of the root' : 'no such file');
    },
    match: (pattern) =>
      paths.flatMap((path) => {
        const found = pattern.exec(path);
        return found ? [{ path, groups: { ...found.groups } }] : [];
      }),
    ...filesUnder(top, limits),
  };
}

/** Whether a name that a table or an XML file gives would lead out of the root if it were followed. */
export function leavesRoot(name: string): boolean {
  const normal = posix.normalize(name.replaceAll('\\', '/'));
  return normal === '..' || normal.startsWith('../') || posix.isAbsolute(normal) || /^[a-z]:/i.test(normal);
}

/** The last part of a path, without its extension. */
export const stemOf = (path: string) =>
  posix.basename(path.replaceAll('\\', '/')).replace(/(?:\.(?:nii|hdr|img|dcm))?\.[^.]*$/i, '');
