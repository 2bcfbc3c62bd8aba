import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DataError, messageOf } from '../dataset/problem.js';

/** What reading a file takes. */
export interface Files {
  /** Absolute, with symbolic links resolved. */
  root: string;
  /** The most bytes of a table, unpacked too. Default: 2²⁶. */
  tableLimit?: number | undefined;
  /** The bytes of a file. @throws DataError where it cannot be read or is larger than `limit` bytes. */
  read(path: string, limit?: number): Promise<Buffer>;
}

/** The files under a folder, without a list of them. */
export const filesUnder = (root: string, { tableLimit }: Pick<Files, 'tableLimit'> = {}): Files => ({
  root,
  tableLimit,
  async read(path, limit = 2 ** 30) {
    try {
      const { size } = await stat(join(root, path));
      if (size > limit) throw new DataError(path, `${size} bytes, more than the ${limit} allowed`);
      return await readFile(join(root, path));
    } catch (cause) {
      if (cause instanceof DataError) throw cause;
      throw new DataError(path, `cannot be read (${messageOf(cause)})`, { cause });
    }
  },
});
