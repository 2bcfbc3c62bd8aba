import { bootstrap } from '@diff/metrics';
import { markdownTable, plusMinus } from '../shared/markdown.js';
import type { Scores } from './study.js';

/** How one arm did on one task and seed. */
export interface Table5Row extends Scores {
  task: string;
  seed: number;
  arm: string;
  /** Trained weights; 0 for labels that need no training. */
  weights: number;
}

/**
 * The mean difference to the baseline, case by case, with its 95 % bootstrap interval: cases resampled within each seed.
 * It says what another draw of test cases would change; what another training would, the interval over seeds says.
 */
export function againstBaseline(
  rows: readonly Table5Row[],
  baseline: readonly Table5Row[],
  structure: string,
): string {
  const pairs = rows.flatMap(({ seed, dice }) => {
    const other = baseline.find((row) => row.seed === seed)!.dice[structure]!;
    return dice[structure]!.map((d, i) => [d - other[i]!, seed] as const);
  });
  const differences = pairs.map(([difference]) => difference);
  const { interval } = bootstrap([differences], (column) => mean([...column]), {
    strata: pairs.map(([, seed]) => seed),
  });
  const signed = (x: number) => `${x < 0 ? '−' : '+'}${Math.abs(x).toFixed(3)}`;
  return `${signed(mean(differences))} [${interval.map(signed).join(', ')}]`;
}

/** A table per task, a row per arm, each compared with `baseline`. */
export function table5(rows: readonly Table5Row[], baseline: string): string {
  const parts: string[] = [];
  for (const task of new Set(rows.map((row) => row.task))) {
    const ofTask = rows.filter((row) => row.task === task);
    const structures = Object.keys(ofTask[0]!.dice);
    const of = (arm: string) => ofTask.filter((row) => row.arm === arm);
    const table = [...new Set(ofTask.map(({ arm }) => arm))].map((arm) => {
      const same = of(arm);
      const scores = structures.flatMap((structure) => [
        plusMinus(same.map(({ dice }) => mean(dice[structure]!))),
        arm === baseline ? '' : againstBaseline(same, of(baseline), structure),
      ]);
      const { weights } = same[0]!;
      return [
        arm,
        weights ? weights.toLocaleString('en') : '',
        ...scores,
        plusMinus(same.map(({ auc }) => auc)),
      ];
    });
    const columns = structures.flatMap((structure) => [`soft Dice, ${structure}`, 'against the baseline']);
    parts.push(`### ${task} (${of(baseline).length} seeds)`);
    parts.push(markdownTable(['network', 'weights', ...columns, 'AUC'], table));
  }
  return parts.join('\n\n');
}

const mean = (values: readonly number[]) => values.reduce((sum, x) => sum + x, 0) / values.length;
