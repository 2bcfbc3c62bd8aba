import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { link, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { makeFolder, writeAtomically } from '@diff/train/node';

/** All that `jobs` asks of the place where markers and outputs live, by path. */
export interface Artifacts {
  /** Undefined where there is none. */
  read(path: string): Promise<Uint8Array | undefined>;
  /** SHA-256 of a file, in hex; undefined where there is none. */
  sha256(path: string): Promise<string | undefined>;
  /**
   * Creates a file, whole from the first moment on, only if there is none of that name: of several that do so at once, one is told true.
   *
   * @param temporary A path of the caller's own in the same place, which is free afterwards.
   */
  create(path: string, bytes: Uint8Array, temporary: string): Promise<boolean>;
  /** Gives a file another name, over whatever has it; false where there is no such file any more. */
  move(from: string, to: string): Promise<boolean>;
  remove(path: string): Promise<void>;
}

/** A folder, on a file system that all who work in it share. */
export const folderArtifacts: Artifacts = {
  read: (path) => unlessAbsent(readFile(path)),
  async sha256(path) {
    const hash = createHash('sha256');
    const read = pipeline(createReadStream(path), hash).then(() => true);
    return (await unlessAbsent(read)) ? hash.digest('hex') : undefined;
  },
  async create(path, bytes, temporary) {
    await writeAtomically(temporary, bytes);
    try {
      await link(temporary, path);
      return true;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      // Over a network a link may be made and its answer lost.
      if (code === 'EEXIST') return Buffer.compare(await readFile(path), bytes) === 0;
      if (!WITHOUT_LINKS.has(code!)) throw error;
      return createInPlace(path, bytes);
    } finally {
      await rm(temporary, { force: true });
    }
  },
  async move(from, to) {
    const move = () => unlessAbsent(rename(from, to).then(() => true));
    if (await move()) return true;
    await makeFolder(dirname(to));
    return (await move()) ?? false;
  },
  remove: (path) => rm(path, { force: true }),
};

/** What file systems answer that have no hard links. */
const WITHOUT_LINKS = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EINVAL']);

/** As safe against a second writer; killed in between, it leaves a file whose checksum is wrong, which counts for nothing. */
async function createInPlace(path: string, bytes: Uint8Array): Promise<boolean> {
  const file = await open(path, 'wx').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EEXIST') return undefined;
    throw error;
  });
  if (!file) return false;
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
  return true;
}

const unlessAbsent = <T>(read: Promise<T>): Promise<T | undefined> =>
  read.catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
