import { type Content, type Html, html } from './html.js';
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
  cells: readonly Content[];
}

/** A table in a box that scrolls where the page is narrow. Groups of rows have a name of their own. */
export function table(
  {
    caption,
    columns,
    className = 'numbers',
  }: { caption: string; columns: readonly Content[]; className?: string },
  groups: readonly { name?: string; rows: readonly Row[] }[],
): Html {
  return html`<div class="scroll" role="region" tabindex="0" aria-label="${caption}"><table class="${className}"><caption><span>${caption}</span></caption>
<thead><tr>${columns.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
${groups
  .filter(({ rows }) => rows.length)
  .map(
    ({
      name,
      rows,
    }) => html`<tbody>${name && html`<tr class="group"><th scope="rowgroup" colspan="${columns.length}"><span>${name}</span></th></tr>`}
${rows.map(({ head, cells }) => html`<tr><th scope="row">${head}</th>${cells}</tr>`)}</tbody>`,
  )}</table></div>`;
}

/** A value with what there is of its interval and p-value beneath. */
export function estimateCell(
  estimate: Estimate | undefined,
  show: (value: number) => string = decimal,
  best = false,
): Html {
  if (!estimate) return html`<td>–</td>`;
  const { value, interval: range, p } = estimate;
  return html`<td${best && html` class="best"`}>${show(value)}${range && html`<small>${interval(range)}</small>`}${p !== undefined && html`<small>p ${p < 0.001 ? '< 0.001' : `= ${decimal(p)}`}</small>`}</td>`;
}
