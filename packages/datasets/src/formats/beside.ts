import { access, realpath } from 'node:fs/promises';
import { join, posix, sep } from 'node:path';
import type { Files } from './files.js';

/**
 * The file that a header names as the one which holds its voxels. It lies in the header's folder or below it: a name that
 * leads elsewhere, by itself or by a link, is not followed.
 *
 * @throws Error where the name leads elsewhere; DataError where there is no such file.
 */
export async function readBeside(files: Files, path: string, name: string): Promise<Buffer> {
  const plain = posix.normalize(name.replaceAll('\\', '/'));
  if (plain.startsWith('..') || posix.isAbsolute(plain) || /^[a-z]:/i.test(plain))
    throw new Error(`its voxels lie in "${name}", expected a file in its folder`);
  const beside = posix.join(posix.dirname(path), plain);
  const target = await realpath(join(files.root, beside)).catch(() => undefined);
  if (target !== undefined && !target.startsWith((await realpath(files.root)) + sep))
    throw new Error(`its voxels lie in "${name}", a link that leads out of the folder`);
  return files.read(beside);
}

/**
 * The other half of a pair of files, `.hdr` and `.img`, either of which may be gzipped.
 *
 * @throws Error where it is not there.
 */
export async function otherHalf(files: Files, path: string, extension: 'hdr' | 'img'): Promise<string> {
  const stem = path.replace(/\.(?:hdr|img)(?:\.gz)?$/i, '');
  const names = [extension, `${extension}.gz`, extension.toUpperCase()].map((end) => `${stem}.${end}`);
  for (const name of names) {
    const isThere = await access(join(files.root, name)).then(
      () => true,
      () => false,
    );
    if (isThere) return name;
  }
  throw new Error(`${posix.basename(stem)}.${extension} is not beside it`);
}
