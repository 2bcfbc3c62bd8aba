import { readFile } from 'node:fs/promises';
// The reader of @diff/datasets, and its twin that writes.
import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import { UserError } from '../user-error.js';

export type Row = Readonly<Record<string, string | number | undefined>>;

export const csvOf = (rows: readonly Row[], columns: readonly string[], { header = true } = {}) =>
  stringify([...rows], { columns: [...columns], header });

/** The rows of a CSV file with a header, without a last line that was never finished; none where there is no file. */
export async function readCsv(path: string): Promise<Record<string, string>[]> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  try {
    return parse(text.slice(0, text.lastIndexOf('\n') + 1), { columns: true, bom: true });
  } catch (error) {
    throw new UserError(`${path} is not a readable table: ${(error as Error).message}`);
  }
}
