import { bootstrap } from '@diff/metrics';
import { markdownTable } from '../shared/markdown.js';
import { type DPersonaResult, type Measures, measures, type SetName } from './cell.js';

const heads: Record<keyof Measures, string> = {
  ged: 'GED ↓',
  diceSoft: 'Dice_soft ↑',
  diceMax: 'Dice_max ↑',
  diceMatch: 'Dice_match ↑',
};

/** A row for each method and set of masks: means over cases of all folds, with intervals over patients. */
export function dpersonaTable(results: readonly { method: string; result: DPersonaResult }[]): string {
  const methods = [...new Set(results.map(({ method }) => method))];
  const rows = methods.flatMap((method) => {
    const cases = results.flatMap((one) => (one.method === method ? one.result : []));
    const sets = [...new Set(cases.flatMap(({ sets }) => Object.keys(sets) as SetName[]))];
    return sets.map((set) => [
      method,
      set,
      ...measures.map((measure) => shown(cases.map(({ patient, sets }) => [patient, sets[set]![measure]]))),
    ]);
  });
  return markdownTable(['method', 'masks', ...measures.map((measure) => heads[measure])], rows);
}

/** The mean over cases, whole patients resampled. */
function shown(values: readonly (readonly [patient: string, value: number])[]): string {
  const patients = new Map<string, { sum: number; count: number }>();
  for (const [patient, value] of values) {
    const { sum, count } = patients.get(patient) ?? { sum: 0, count: 0 };
    patients.set(patient, { sum: sum + value, count: count + 1 });
  }
  const all = [...patients.values()];
  const total = (column: ArrayLike<number>) => Array.from(column).reduce((sum, x) => sum + x, 0);
  const { estimate, interval } = bootstrap(
    [all.map(({ sum }) => sum), all.map(({ count }) => count)],
    (sums, counts) => total(sums!) / total(counts!),
  );
  return `${estimate.toFixed(3)} [${interval.map((x) => x.toFixed(3)).join(', ')}]`;
}
