export interface Summary {
  n: number;
  mean: number;
  sd: number;
  low: number;
  median: number;
  high: number;
}

/** Mean, sample standard deviation, and the 10th, 50th and 90th percentiles (by nearest rank). */
export function summarize(values: number[]): Summary {
  const sorted = [...values].sort((a, b) => a - b);
  const n = sorted.length;
  const mean = sorted.reduce((sum, value) => sum + value, 0) / n;
  const sd = Math.sqrt(sorted.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1));
  const rank = (share: number) => sorted[Math.max(0, Math.ceil(share * n) - 1)]!;
  return { n, mean, sd, low: rank(0.1), median: rank(0.5), high: rank(0.9) };
}

/** A table in Markdown with a summary of Dice a row. */
export function diceTable(label: string, rows: [string, number[]][]): string {
  const lines = rows.map(([name, values]) => {
    const { n, mean, sd, low, median, high } = summarize(values);
    return [name, n, ...[mean, sd, low, median, high].map((value) => value.toFixed(3))];
  });
  const table = [
    [label, 'n', 'mean Dice', 'sd', '10 %', 'median', '90 %'],
    lines[0]!.map(() => '---'),
    ...lines,
  ];
  return table.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
