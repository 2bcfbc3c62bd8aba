import { parse } from 'csv-parse/sync';

export type Cells = readonly (readonly (string | number | undefined)[])[];

/** The cells of a CSV file, row by row; rows may differ in length, and empty lines are passed over. */
export function readCsv(bytes: Buffer, encoding = 'utf-8'): unknown[][] {
  return parse(new TextDecoder(encoding).decode(bytes), {
    bom: true,
    relax_column_count: true,
    skip_empty_lines: true,
  });
}

/** RFC 4180: cells with commas, quotes or line ends are quoted; lines end in `\n`. */
export function csv(rows: Cells): string {
  const cell = (value: string | number | undefined) => {
    const text = String(value ?? '');
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return rows.map((row) => `${row.map(cell).join(',')}\n`).join('');
}
