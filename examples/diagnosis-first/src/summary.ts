import type { Cell, Protocol } from './figure4.js';

const protocols: Protocol[] = ['paper', 'crossfit', 'blind'];

/** Markdown: a table a task and protocol, rows fusions, columns judges; mean AUC over seeds with its 95 % interval (Student's t). */
export function summarise(cells: Cell[], tasks: string[], settings: Record<string, unknown>): string {
  const lines = [
    `Settings: ${Object.entries(settings)
      .map(([name, value]) => `${name} ${value}`)
      .join(', ')}.`,
  ];
  for (const task of tasks) {
    for (const protocol of protocols) {
      const rows = cells.filter((cell) => cell.task === task && cell.protocol === protocol);
      if (!rows.length) continue;
      const judges = Object.keys(rows[0]!.auc);
      const fusions = [...new Set(rows.map(({ fusion }) => fusion))];
      lines.push(
        '',
        `### ${task}, ${protocol}`,
        '',
        `| fusion | ${judges.join(' | ')} |`,
        `| --- |${' ---: |'.repeat(judges.length)}`,
      );
      for (const fusion of fusions) {
        const same = rows.filter((row) => row.fusion === fusion);
        lines.push(
          `| ${fusion} | ${judges.map((judge) => interval(same.map(({ auc }) => auc[judge]!))).join(' | ')} |`,
        );
      }
    }
  }
  return lines.join('\n');
}

/** Student's t at 97.5 %, by degrees of freedom. */
const t975 = [Number.NaN, 12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262];

export function interval(values: number[]): string {
  const n = values.length;
  const mean = values.reduce((a, b) => a + b) / n;
  if (n < 2) return mean.toFixed(3);
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1));
  return `${mean.toFixed(3)} ± ${(((t975[n - 1] ?? 1.96) * deviation) / Math.sqrt(n)).toFixed(3)}`;
}
