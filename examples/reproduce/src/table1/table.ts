import type { Bar } from '../shared/bar-chart.js';
import { markdownTable } from '../shared/markdown.js';
import { mean, resampled } from '../shared/resampled.js';
import { againstBaseline, type Table5Row } from '../table5/table.js';

/** How one network did on one task and seed; a label that needs no training has no step. */
export interface Table1Row extends Table5Row {
  milliseconds?: number;
  bytes?: number;
}

/** A table per task, a row per network, each compared with `baseline` case by case. */
export function table1(rows: readonly Table1Row[], baseline: string): string {
  const structures = Object.keys(rows[0]!.dice);
  const of = (arm: string) => rows.filter((row) => row.arm === arm);
  const table = armsOf(rows).map((arm) => {
    const same = of(arm);
    const scores = structures.flatMap((structure) => [
      resampled(same.flatMap(({ dice, seed }) => dice[structure]!.map((value) => ({ value, seed })))),
      arm === baseline ? '' : againstBaseline(same, of(baseline), structure),
    ]);
    const { weights, milliseconds } = same[0]!;
    if (milliseconds === undefined) return [arm, '', '', '', ...scores];
    const shortest = Math.min(...same.map((row) => row.milliseconds!));
    const most = Math.max(...same.map((row) => row.bytes!));
    return [arm, weights.toLocaleString('en'), shortest.toFixed(0), (most / 1e6).toFixed(0), ...scores];
  });
  const columns = structures.flatMap((structure) => [`soft Dice, ${structure}`, `− ${baseline}`]);
  return markdownTable(['network', 'weights', 'step, ms', 'memory, MB', ...columns], table);
}

/** The rows of a task as bars: a panel per structure, a bar per network, of the means of the seeds. */
export const table1Bars = (rows: readonly Table1Row[]): Bar[] =>
  Object.keys(rows[0]!.dice).flatMap((panel) =>
    armsOf(rows).map((name) => ({
      panel,
      name,
      values: rows.filter(({ arm }) => arm === name).map(({ dice }) => mean(dice[panel]!)),
    })),
  );

const armsOf = (rows: readonly Table1Row[]) => [...new Set(rows.map(({ arm }) => arm))];
