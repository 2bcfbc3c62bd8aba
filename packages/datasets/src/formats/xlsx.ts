import { readSheet } from 'read-excel-file/node';
// The companion of read-excel-file, by the same author: a workbook by hand would need a zip library as well.
import writeExcelFile from 'write-excel-file/node';
import type { Cells } from './csv.js';

/** The cells of the first sheet of an XLSX workbook. */
export const readXlsx = (bytes: Buffer): Promise<unknown[][]> => readSheet(bytes);

/** A workbook of one sheet. */
export function xlsx(rows: Cells): Promise<Uint8Array> {
  return writeExcelFile(
    rows.map((row) => row.map((value) => (value === undefined ? null : { value }))),
  ).toBuffer();
}
