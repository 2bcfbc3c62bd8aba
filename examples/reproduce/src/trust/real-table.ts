import { bootstrap, rocAuc } from '@diff/metrics';
import { markdownTable } from '../shared/markdown.js';
import type { RealResult } from './real-cell.js';

const signed = (value: number) => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(3)}`;

/**
 * AUC of every arm over the cases of all folds, and its difference to the mean vote's and to STAPLE's, with percentile
 * intervals over patients.
 *
 * @param tests Over how many tests the error is shared out: intervals are of level 1 − 0.05 / tests.
 */
export function realTable(folds: readonly RealResult[], tests = 1): string {
  const labels = folds.flatMap((fold) => fold.labels);
  const patients = folds.flatMap((fold) => fold.patients);
  const scoresOf = (arm: string) => folds.flatMap(({ scores }) => scores[arm]!);
  const rowsOf = new Map<string, number[]>();
  patients.forEach((patient, i) => void rowsOf.set(patient, [...(rowsOf.get(patient) ?? []), i]));
  const groups = [...rowsOf.values()];
  const ill = groups.map((rows) => Number(rows.some((i) => labels[i] === 1)));
  const aucOf = (scores: readonly number[], drawn: Float64Array) => {
    const rows = Array.from(drawn, (g) => groups[g]!).flat();
    return rocAuc(
      rows.map((i) => labels[i]!),
      rows.map((i) => scores[i]!),
    );
  };
  const against = (scores: readonly number[], other: readonly number[]) => {
    const {
      estimate,
      interval: [low, high],
    } = bootstrap([groups.map((_, g) => g)], (drawn) => aucOf(scores, drawn) - aucOf(other, drawn), {
      strata: ill,
      level: 1 - 0.05 / tests,
      resamples: 1000,
    });
    return `${signed(estimate)} [${signed(low)}, ${signed(high)}]`;
  };
  const rows = Object.keys(folds[0]!.scores).map((arm) => [
    arm,
    rocAuc(labels, scoresOf(arm)).toFixed(3),
    arm === 'mean vote' ? '' : against(scoresOf(arm), scoresOf('mean vote')),
    arm === 'STAPLE' ? '' : against(scoresOf(arm), scoresOf('STAPLE')),
  ]);
  return markdownTable(['fused by', 'AUC', 'less the mean vote’s', 'less STAPLE’s'], rows);
}

/** Mean weights over the folds, a row per arm; empty where raters are anonymous. */
export function weightTable(folds: readonly RealResult[]): string {
  const arms = Object.keys(folds[0]!.weights).filter(
    (arm) => Object.keys(folds[0]!.weights[arm]!).length > 1,
  );
  const raters = [
    ...new Set(folds.flatMap(({ weights }) => arms.flatMap((arm) => Object.keys(weights[arm]!)))),
  ];
  const mean = (arm: string, rater: string) =>
    folds.reduce((sum, { weights }) => sum + (weights[arm]![rater] ?? 0), 0) / folds.length;
  if (!arms.length) return '';
  return markdownTable(
    ['', ...raters],
    arms.map((arm) => [arm, ...raters.map((rater) => mean(arm, rater).toFixed(2))]),
  );
}
