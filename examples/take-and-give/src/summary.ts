import { bootstrap } from '@diff/metrics';
import { type Cell, mean } from './arm.js';
import type { Settings } from './options.js';

/** Student's t at 97.5 %, by degrees of freedom. */
const T975 = [Number.NaN, 12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262];

/** The mean over seeds with its 95 % interval (Student's t). */
export function overSeeds(values: readonly number[], digits = 3): string {
  const n = values.length;
  const m = mean(values);
  if (n < 2) return m.toFixed(digits);
  const deviation = Math.sqrt(values.reduce((sum, x) => sum + (x - m) ** 2, 0) / (n - 1));
  return `${m.toFixed(digits)} ± ${(((T975[n - 1] ?? 1.96) * deviation) / Math.sqrt(n)).toFixed(digits)}`;
}

/**
 * The mean difference to the baseline, case by case, with its 95 % bootstrap interval: cases resampled within each seed.
 * It says what another draw of test cases would change; what another training would, the interval over seeds says.
 */
export function againstBaseline(
  cells: readonly Cell[],
  baseline: readonly Cell[],
  structure: string,
): string {
  const pairs = cells.flatMap(({ seed, dice }) => {
    const other = baseline.find((cell) => cell.seed === seed)!.dice[structure]!;
    return dice[structure]!.map((d, i) => [d - other[i]!, seed] as const);
  });
  const differences = pairs.map(([difference]) => difference);
  const { interval } = bootstrap([differences], (column) => mean([...column]), {
    strata: pairs.map(([, seed]) => seed),
  });
  const signed = (x: number) => `${x < 0 ? '−' : '+'}${Math.abs(x).toFixed(3)}`;
  return `${signed(mean(differences))} [${interval.map(signed).join(', ')}]`;
}

/** Markdown: a table a task, a row an arm; the first arm is what the others are compared with. */
export function summarise(cells: readonly Cell[], baseline: string, settings: Settings): string {
  const lines = [
    `Settings: ${Object.entries(settings)
      .map(([name, value]) => `${name} ${value}`)
      .join(', ')}.`,
  ];
  for (const task of new Set(cells.map((cell) => cell.task))) {
    const ofTask = cells.filter((cell) => cell.task === task);
    const structures = Object.keys(ofTask[0]!.dice);
    const arms = [...new Set(ofTask.map(({ arm }) => arm))];
    const of = (arm: string) => ofTask.filter((cell) => cell.arm === arm);
    const columns = structures.flatMap((structure) => [`soft Dice, ${structure}`, 'against the baseline']);
    lines.push('', `### ${task} (${of(baseline).length} seeds)`, '');
    lines.push(`| network | weights | ${columns.join(' | ')} | AUC |`);
    lines.push(`| --- |${' ---: |'.repeat(columns.length + 2)}`);
    for (const arm of arms) {
      const same = of(arm);
      const weights = same[0]!.weights;
      const scores = structures.flatMap((structure) => [
        overSeeds(same.map(({ dice }) => mean(dice[structure]!))),
        arm === baseline ? '' : againstBaseline(same, of(baseline), structure),
      ]);
      const auc = overSeeds(same.map((cell) => cell.auc));
      lines.push(
        `| ${arm} | ${weights ? weights.toLocaleString('en') : ''} | ${scores.join(' | ')} | ${auc} |`,
      );
    }
  }
  return lines.join('\n');
}
