// The companion of read-excel-file, by the same author: a workbook by hand would need a zip library as well.
import writeExcelFile from 'write-excel-file/node';

export type Cells = readonly (readonly (string | number | undefined)[])[];

/** RFC 4180: cells with commas, quotes or line ends are quoted; lines end in `\n`. */
export function csv(rows: Cells): string {
  const cell = (value: string | number | undefined) => {
    const text = String(value ?? '');
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return rows.map((row) => `${row.map(cell).join(',')}\n`).join('');
}

export function xlsx(rows: Cells): Promise<Uint8Array> {
  return writeExcelFile(
    rows.map((row) => row.map((value) => (value === undefined ? null : { value }))),
  ).toBuffer();
}
