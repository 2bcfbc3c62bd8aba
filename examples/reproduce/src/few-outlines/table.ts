import { meanInterval, rocAuc } from '@diff/metrics';
import { markdownTable, plusMinus } from '../shared/markdown.js';
import { mean, signed } from '../shared/resampled.js';
import type { FewResult, LabelResult } from './cell.js';

/** How one arm did on one seed; `label` is what the test cases' labels say. */
export interface FewRow {
  arm: string;
  seed: number;
  result: FewResult;
  label: LabelResult;
}

/** What an arm comes to on one seed. */
export interface FewScores {
  dice: Record<string, number>;
  distance: Record<string, number>;
  /** Of ill and healthy by the predicted biomarker. */
  auc: number;
  /** Pearson's, of the predicted biomarker with the label's. */
  correlation: number;
}

export function scoresOf({ result, label }: Pick<FewRow, 'result' | 'label'>): FewScores {
  const means = (by: Record<string, number[]>) =>
    Object.fromEntries(Object.entries(by).map(([structure, values]) => [structure, mean(values)]));
  return {
    dice: means(result.dice),
    distance: means(result.distance),
    auc: rocAuc(label.diagnosis, result.biomarker),
    correlation: pearson(result.biomarker, label.biomarker),
  };
}

/** Pearson's correlation; 0 where one of the two does not vary. */
export function pearson(a: readonly number[], b: readonly number[]): number {
  const [ma, mb] = [mean(a), mean(b)];
  const sum = (f: (x: number, y: number) => number) =>
    a.reduce((total, x, i) => total + f(x - ma, b[i]! - mb), 0);
  const spread = Math.sqrt(sum((x) => x * x) * sum((_, y) => y * y));
  return spread ? sum((x, y) => x * y) / spread : 0;
}

/** Two tables with a row per arm: means over seeds, and differences to the baseline, seed by seed, with Student's intervals. */
export function fewTables(rows: readonly FewRow[], baseline: string): string {
  const scores = new Map(rows.map((row) => [`${row.arm}/${row.seed}`, scoresOf(row)]));
  const measures: [name: string, of: (scores: FewScores) => number, digits?: number][] = [
    ...Object.keys(rows[0]!.result.dice).map((structure): [string, (scores: FewScores) => number] => [
      `soft Dice, ${structure}`,
      ({ dice }) => dice[structure]!,
    ]),
    ['correlation of the biomarker', ({ correlation }) => correlation],
    ['AUC of the biomarker', ({ auc }) => auc],
    ['surface distance, pixels', ({ distance }) => mean(Object.values(distance)), 2],
  ];
  const table = (cell: (arm: string, of: (scores: FewScores) => number, digits?: number) => string) =>
    markdownTable(
      ['network', ...measures.map(([name]) => name)],
      [...new Set(rows.map(({ arm }) => arm))].map((arm) => [
        arm,
        ...measures.map(([, of, digits]) => cell(arm, of, digits)),
      ]),
    );
  const values = (arm: string, of: (scores: FewScores) => number) =>
    rows.filter((row) => row.arm === arm).map(({ seed }) => of(scores.get(`${arm}/${seed}`)!));
  const means = table((arm, of, digits) => plusMinus(values(arm, of), digits));
  const differences = table((arm, of) => {
    if (arm === baseline) return '';
    const base = values(baseline, of);
    return difference(values(arm, of).map((value, i) => value - base[i]!));
  });
  return `${means}\n\nLess ${baseline}’s:\n\n${differences}`;
}

function difference(values: readonly number[]): string {
  if (values.length === 1) return signed(values[0]!);
  const { mean: middle, interval } = meanInterval(values);
  return `${signed(middle)} [${interval.map(signed).join(', ')}]`;
}
