import { bootstrap, delong } from '@diff/metrics';

/** One number of the result, over cases. */
export interface Summary {
  measure: string;
  structure?: string;
  reference?: string;
  cases: number;
  patients: number;
  value: number;
  /** 95 % interval; absent where there are too few patients, or cases of either diagnosis, for one. */
  low?: number;
  high?: number;
}

/**
 * Mean over cases with a percentile bootstrap interval over patients: cases of one patient are drawn together, because they
 * resemble each other.
 */
export function meanOverCases(
  values: readonly { patient: string; value: number }[],
  { resamples, seed }: { resamples: number; seed: number },
): Pick<Summary, 'cases' | 'patients' | 'value' | 'low' | 'high'> {
  const sums = new Map<string, [sum: number, count: number]>();
  for (const { patient, value } of values) {
    const [sum, count] = sums.get(patient) ?? [0, 0];
    sums.set(patient, [sum + value, count + 1]);
  }
  const columns = [0, 1].map((k) => Float64Array.from([...sums.values()], (pair) => pair[k]!));
  const total = (column: Float64Array) => column.reduce((sum, value) => sum + value, 0);
  const mean = (sum: Float64Array, count: Float64Array) => total(sum) / total(count);
  const known = { cases: values.length, patients: sums.size };
  if (sums.size < 2) return { ...known, value: mean(columns[0]!, columns[1]!) };
  const { estimate, interval } = bootstrap(columns, mean, { resamples, seed });
  return { ...known, value: estimate, low: interval[0], high: interval[1] };
}

/** AUC with DeLong's interval; `undefined` where a diagnosis has fewer than two cases. */
export function aucOf(
  scored: readonly { patient: string; diagnosis: number; score: number }[],
): Summary | undefined {
  const labels = scored.map(({ diagnosis }) => diagnosis);
  const ill = labels.filter((label) => label === 1).length;
  if (ill < 2 || labels.length - ill < 2) return undefined;
  const { auc, interval } = delong(
    labels,
    scored.map(({ score }) => score),
  );
  const patients = new Set(scored.map(({ patient }) => patient)).size;
  return { measure: 'AUC', cases: scored.length, patients, value: auc, low: interval[0], high: interval[1] };
}
