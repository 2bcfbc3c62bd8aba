import { mkdir, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

/**
 * Makes a folder and those above it. Unlike `mkdir` with `recursive`, which in Node 20 to 24 never ends in a place that takes no
 * folders, such as `/proc`, it throws there.
 *
 * @returns The first folder that was made; undefined where it was there.
 */
export async function makeFolder(path: string): Promise<string | undefined> {
  const folder = resolve(path);
  for (let tries = 0; ; tries++) {
    try {
      await mkdir(folder);
      return folder;
    } catch (error) {
      if (await isFolder(folder)) return undefined;
      const above = dirname(folder);
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || above === folder) throw error;
      if (!(await isFolder(above))) {
        const first = await makeFolder(above);
        return (await makeFolder(folder)) && (first ?? folder);
      }
      // Another process may have made the one above just now; where it has not, no folder can be.
      if (tries) throw error;
    }
  }
}

const isFolder = (path: string) =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
