import { markdownTable, plusMinus } from '../shared/markdown.js';
import { mean, resampled, signed } from '../shared/resampled.js';
import type { Scores } from '../shared/study.js';

/** How one arm did on one task and seed. */
export interface Table5Row extends Scores {
  task: string;
  seed: number;
  arm: string;
  /** Trained weights; 0 for labels that need no training. */
  weights: number;
}

/** The mean difference to the baseline, case by case, and its interval over cases. */
export function againstBaseline(
  rows: readonly Table5Row[],
  baseline: readonly Table5Row[],
  structure: string,
): string {
  const pairs = rows.flatMap(({ seed, dice }) => {
    const other = baseline.find((row) => row.seed === seed)!.dice[structure]!;
    return dice[structure]!.map((d, i) => ({ value: d - other[i]!, seed }));
  });
  return resampled(pairs, signed);
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
