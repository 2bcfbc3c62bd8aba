import { DataError, messageOf } from '../dataset/problem.js';
import { readCsv } from './csv.js';
import type { Files } from './files.js';
import { readXlsx } from './xlsx.js';

/** The most bytes of a table unless the caller says otherwise: a workbook is unpacked in memory. */
const TABLE_LIMIT = 2 ** 26;

/** A row under a header. */
export interface Row {
  /** For messages: `table.csv, row 7`. */
  where: string;
  /**
   * The trimmed text of the first of these columns that the table has, '' where the cell is empty. Headers are
   * compared by their letters and digits alone. @throws DataError where it has none of them.
   */
  get(...columns: string[]): string;
  has(...columns: string[]): boolean;
}

/**
 * The cells of a CSV or XLSX file, as text. What it is shows from its first bytes, because tables are published under
 * wrong extensions. @throws DataError where it is unreadable, or in Excel's format of before 2007.
 */
export async function readCells(files: Files, path: string, encoding = 'utf-8'): Promise<string[][]> {
  const { tableLimit = TABLE_LIMIT } = files;
  const bytes = await files.read(path, tableLimit);
  if (bytes.toString('hex', 0, 4) === 'd0cf11e0') {
    throw new DataError(
      path,
      'in the binary format that Excel used before 2007: save it as .xlsx or .csv beside this',
    );
  }
  try {
    const rows: unknown[][] =
      bytes.toString('latin1', 0, 2) === 'PK' ? await readXlsx(bytes, tableLimit) : readCsv(bytes, encoding);
    return rows.map((row) =>
      row.map((cell) => (cell === null || cell === undefined ? '' : String(cell).trim())),
    );
  } catch (cause) {
    throw new DataError(path, `not a readable table (${messageOf(cause)})`, { cause });
  }
}

/** The rows of a table whose first row is its header. */
export async function readRows(files: Files, path: string, encoding?: string): Promise<Row[]> {
  return rowsOf(await readCells(files, path, encoding), path);
}

/** The rows of cells whose first row is its header. */
export function rowsOf([header = [], ...rows]: readonly string[][], path: string): Row[] {
  const columns = new Map(header.map((name, i) => [plain(name), i]));
  const doubled = new Set(header.map(plain).filter((name, i, all) => all.indexOf(name) !== i));
  return rows.map((cells, i) => ({
    where: `${path}, row ${i + 2}`,
    has: (...names) => names.some((name) => columns.has(plain(name))),
    get(...names) {
      const name = names.find((name) => columns.has(plain(name)));
      if (name !== undefined && doubled.has(plain(name))) throw new DataError(path, `two columns "${name}"`);
      if (name === undefined) {
        throw new DataError(
          path,
          `no column ${names.map((name) => `"${name}"`).join(' or ')} among "${header.join('", "')}"`,
        );
      }
      return cells[columns.get(plain(name))!] ?? '';
    },
  }));
}

const plain = (name: string) => name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
