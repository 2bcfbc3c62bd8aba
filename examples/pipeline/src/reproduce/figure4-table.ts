import { type Figure4Row, protocols } from './figure4-cell.js';
import { markdownTable, plusMinus } from './markdown.js';

/** A table a task and protocol, rows fusions, columns judges: mean AUC over seeds with its interval. */
export function figure4Table(rows: readonly Figure4Row[]): string {
  const parts: string[] = [];
  for (const task of new Set(rows.map((row) => row.task)))
    for (const protocol of protocols) {
      const own = rows.filter((row) => row.task === task && row.protocol === protocol);
      if (!own.length) continue;
      const judges = Object.keys(own[0]!.auc);
      const fusions = [...new Set(own.map(({ fusion }) => fusion))];
      const table = fusions.map((fusion) => {
        const same = own.filter((row) => row.fusion === fusion);
        return [fusion, ...judges.map((judge) => plusMinus(same.map(({ auc }) => auc[judge]!)))];
      });
      parts.push(`### ${task}, ${protocol}`, markdownTable(['fusion', ...judges], table));
    }
  return parts.join('\n\n');
}
