import { type Row as CsvRow, csvOf } from '../folder/csv.js';
import { type Content, Html, html, textOf } from './html.js';
import type { Estimate } from './student.js';

/** `0.862`, with a real minus. */
export const decimal = (value: number): string => value.toFixed(3).replace('-', '−');
/** `+0.020` or `−0.020`. */
export const signed = (value: number): string => (value > 0 ? '+' : '') + decimal(value);
/** `[0.814, 0.883]`. */
export const interval = ([low, high]: readonly [number, number]) =>
  `${decimal(low)}${low < 0 ? ' to ' : '–'}${decimal(high)}`;

export interface Row {
  head: Content;
  cells: readonly Html[];
}

export interface TableOptions {
  caption: string;
  /** Heads of the columns; the first is that of the rows' heads. */
  columns: readonly Content[];
  /** Names over as many columns each. */
  over?: readonly { name: string; span: number }[];
  /** Offers the table as a file of this name, unrounded. */
  file?: string;
  className?: string;
}

/** A table in a box that scrolls where the page is narrow. Groups of rows have a name of their own. */
export function table(
  { caption, columns, over, file, className = 'numbers' }: TableOptions,
  groups: readonly { name?: string; rows: readonly Row[] }[],
): Html {
  const filled = groups.filter(({ rows }) => rows.length);
  const heads = over?.map(({ name, span }) =>
    name ? html`<th scope="colgroup" colspan="${span}">${name}</th>` : html`<td colspan="${span}"></td>`,
  );
  return html`<div class="scroll" role="region" tabindex="0" aria-label="${caption}"><table class="${className}"><caption><span>${caption}</span></caption>
<thead>${heads && html`<tr class="over">${heads}</tr>`}<tr>${columns.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
${filled.map(
  ({
    name,
    rows,
  }) => html`<tbody>${name && html`<tr class="group"><th scope="rowgroup" colspan="${columns.length}"><span>${name}</span></th></tr>`}
${rows.map(({ head, cells }) => html`<tr><th scope="row">${head}</th>${cells}</tr>`)}</tbody>`,
)}</table></div>${file && csvLink(file, columns.map(textOf), filled)}`;
}

/** A cell that shows a number, and knows it unrounded. */
class EstimateCell extends Html {
  constructor(
    markup: string,
    readonly estimate: Estimate | undefined,
  ) {
    super(markup);
  }
}

/** A value with what there is of its interval and p-value beneath. */
export function estimateCell(
  estimate: Estimate | undefined,
  show: (value: number) => string = decimal,
  best = false,
): Html {
  if (!estimate) return new EstimateCell('<td>–</td>', undefined);
  const { value, interval: range, p } = estimate;
  const cell = html`<td${best && html` class="best"`}>${show(value)}${range && html`<small>${interval(range)}</small>`}${p !== undefined && html`<small>p ${p < 0.001 ? '< 0.001' : `= ${decimal(p)}`}</small>`}</td>`;
  return new EstimateCell(cell.markup, estimate);
}

/** The table as CSV, in the page itself: of an estimate the value, and in columns of their own its interval and p. */
function csvLink(
  file: string,
  [first, ...names]: readonly string[],
  groups: readonly { name?: string; rows: readonly Row[] }[],
): Html {
  const grouped = groups.some(({ name }) => name);
  const rows: CsvRow[] = groups.flatMap(({ name, rows }) =>
    rows.map(({ head, cells }) => {
      const entries = cells.flatMap((cell, i): [string, string | number | undefined][] => {
        const column = names[i]!;
        if (!(cell instanceof EstimateCell)) return [[column, textOf(cell)]];
        const { value, interval: [low, high] = [], p } = cell.estimate ?? {};
        return [
          [column, value],
          [`${column}, from`, low],
          [`${column}, to`, high],
          [`${column}, p`, p],
        ];
      });
      return { ...(grouped && { group: name }), [first!]: textOf(head), ...Object.fromEntries(entries) };
    }),
  );
  const told = new Set(rows.flatMap((row) => Object.keys(row).filter((column) => row[column] !== undefined)));
  const every = [
    'group',
    first!,
    ...names.flatMap((name) => [name, `${name}, from`, `${name}, to`, `${name}, p`]),
  ];
  return csvFile(
    file,
    rows,
    every.filter((column) => told.has(column)),
  );
}

/** Rows as a CSV file that lies in the page itself. */
export function csvFile(file: string, rows: readonly CsvRow[], columns: readonly string[]): Html {
  const data = `data:text/csv;charset=utf-8,${encodeURIComponent(csvOf(rows, columns))}`;
  const name = `${file.replace(/[^\p{L}\p{N}]+/gu, '-').slice(0, 60)}.csv`;
  return html`<p class="quiet"><a download="${name}" href="${data}">${name}</a></p>`;
}
