import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Removes what a killed process left half written: files that bear the name which `writeAtomically` gives them until they are whole.
 * For who has the folder to itself.
 *
 * @param ours Which of them, by their path within the folder once they are whole. Default: all.
 */
export async function sweepTemporary(
  root: string,
  ours: (path: string) => boolean = () => true,
): Promise<void> {
  const paths = await readdir(root, { recursive: true }).catch(() => []);
  const left = paths.filter((path) => {
    const whole = /^(.*?)(?:\.\d+)+\.tmp$/s.exec(path)?.[1];
    return whole !== undefined && ours(whole);
  });
  await Promise.all(left.map((path) => rm(join(root, path), { force: true })));
}
