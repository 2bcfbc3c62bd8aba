import { type DiagnosisNetworkName, seesMask } from '@diff/networks/diagnosis';
import type { Bar } from '../shared/bar-chart.js';
import { markdownTable, plusMinus } from '../shared/markdown.js';
import { type Figure4Row, protocols } from './cell.js';

const signed = (differences: readonly number[]) =>
  plusMinus(differences)
    .replace(/^-/, '−')
    .replace(/^(?=\d)/, '+');

/** The rows of a task as bars: a row of panels per protocol, a panel per judge, a bar per fusion. */
export const figure4Bars = (rows: readonly Figure4Row[]): Bar[] => {
  const fusions = [...new Set(rows.map(({ fusion }) => fusion))];
  return protocols.flatMap((row) => {
    const own = rows.filter(({ protocol }) => protocol === row);
    return Object.keys(own[0]?.auc ?? {}).flatMap((panel) =>
      fusions.flatMap((name) => {
        if (name !== 'MV' && !seesMask(panel as DiagnosisNetworkName)) return [];
        const values = own.filter(({ fusion }) => fusion === name).map(({ auc }) => auc[panel]!);
        return values.length ? [{ row, panel, name, values }] : [];
      }),
    );
  });
};

/**
 * A table per task and protocol, rows fusions, columns judges: mean AUC over seeds with its interval, and the mean difference to
 * the mean vote, seed by seed. Which label is given makes no difference to a judge that sees no mask.
 */
export function figure4Table(rows: readonly Figure4Row[]): string {
  const parts: string[] = [];
  for (const task of new Set(rows.map((row) => row.task)))
    for (const protocol of protocols) {
      const own = rows.filter((row) => row.task === task && row.protocol === protocol);
      if (!own.length) continue;
      const judges = Object.keys(own[0]!.auc);
      const fusions = [...new Set(own.map(({ fusion }) => fusion))];
      const table = fusions.map((fusion) => {
        const of = (judge: string, name: string) =>
          own.filter((row) => row.fusion === name).map(({ auc }) => auc[judge]!);
        const cell = (judge: string) => {
          const [values, meanVote] = [of(judge, fusion), of(judge, 'MV')];
          if (fusion === 'MV') return plusMinus(values);
          if (!seesMask(judge as DiagnosisNetworkName)) return '″';
          return `${plusMinus(values)}; ${signed(values.map((value, i) => value - meanVote[i]!))}`;
        };
        return [fusion, ...judges.map(cell)];
      });
      parts.push(`### ${task}, ${protocol}`, markdownTable(['fusion', ...judges], table));
    }
  return parts.join('\n\n');
}
