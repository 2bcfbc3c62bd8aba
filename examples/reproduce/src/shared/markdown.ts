import { meanInterval } from '@diff/metrics';

/** A Markdown table; columns after the first are numbers. */
export function markdownTable(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const rule = `|${columns.map((_, i) => (i ? ' ---: ' : ' --- ')).join('|')}|`;
  return [line(columns), rule, ...rows.map(line)].join('\n');
}

/** Mean over seeds and Student's 95 % interval of it, `0.931 ± 0.012`; of a single value, that alone. */
export function plusMinus(values: readonly number[], digits = 3): string {
  if (values.length === 1) return values[0]!.toFixed(digits);
  const { mean, margin } = meanInterval(values);
  return `${mean.toFixed(digits)} ± ${margin.toFixed(digits)}`;
}

/** `plusMinus` of shares, in per cent: `93.1 ± 1.2`. */
export const percent = (shares: readonly number[]) =>
  plusMinus(
    shares.map((share) => 100 * share),
    1,
  );

/** `size 64, width 8` */
export const listed = (settings: object) =>
  Object.entries(settings)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');
