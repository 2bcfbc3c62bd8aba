import { check, checkNumbers, checkObject, checkValues } from '@diff/checks';
import type { DiagnosedCase } from './case-batch.js';
import { checkCase } from './check-case.js';
import type { DiagnosisFirstResult } from './diagnosis-first.js';

/** Where on a case a weight counts: every rater says structure, none does, or they disagree. */
export type Region = 'inside' | 'border' | 'outside';

/** A mean over cases. */
export interface RegionMean {
  rater: string;
  /** `'all'`, or the cases of one diagnosis. */
  diagnosis: 'all' | 0 | 1;
  /** `'all'`, or the pixels of one region of any structure. */
  region: 'all' | Region;
  /** Mean over cases of the rater's mean expertness there. */
  mean: number;
  /** mean ± 1.96 · s / √cases; `undefined` for a single case, which has no spread. */
  interval?: [number, number];
  /** Cases that the rater outlined and that have such pixels. */
  cases: number;
}

type Row = Pick<RegionMean, 'rater' | 'diagnosis' | 'region'>;

/**
 * What each rater was worth: the mean expertness by rater, by diagnosis and by region. A rater who is worth as much as
 * the others has 1 / raters. Outside and inside, where all agree, a weight changes nothing about the fused label: only
 * the border says whom the diagnosis asked to follow.
 *
 * @param pairs Cases beside what `diagnosisFirst` made of them.
 * @returns A row per rater, diagnosis and region; combinations without a case are left out.
 */
export function expertnessByRegion(
  pairs: Iterable<{ case: DiagnosedCase; result: Pick<DiagnosisFirstResult, 'expertness'> }>,
): RegionMean[] {
  const who = 'expertnessByRegion';
  const iterable = typeof (pairs as Iterable<unknown> | null)?.[Symbol.iterator] === 'function';
  check(iterable && typeof pairs === 'object', who, 'pairs', pairs, 'cases with results', 'other');
  const values = new Map<string, { row: Row; means: number[] }>();
  for (const pair of pairs) {
    checkObject(who, 'pairs', pair, 'pairs of case and result');
    const { case: one, result } = pair;
    const at = checkCase(who, one, { diagnosed: false });
    checkObject(at, 'result', result, 'what diagnosisFirst returned');
    checkObject(at, 'result.expertness', result.expertness);
    const regions = regionsOf(one);
    const outlined = new Set(
      Object.values(one.annotations).flatMap((masks) => Object.keys(masks).filter((rater) => masks[rater])),
    );
    for (const [rater, map] of Object.entries(result.expertness)) {
      if (!outlined.has(rater)) continue;
      const what = `result.expertness.${rater.slice(0, 40)}`;
      checkNumbers(at, what, map, { length: regions.length });
      checkValues(at, what, map, 0, 1);
      for (const region of ['all', 'inside', 'border', 'outside'] as const) {
        let [sum, count] = [0, 0];
        map.forEach((weight, p) => {
          if (region !== 'all' && regions[p] !== region) return;
          sum += weight;
          count++;
        });
        if (count === 0) continue;
        for (const diagnosis of ['all', one.diagnosis] as const) {
          if (diagnosis !== 'all' && diagnosis !== 0 && diagnosis !== 1) continue;
          const row: Row = { rater, diagnosis, region };
          const key = JSON.stringify(row);
          const entry = values.get(key) ?? { row, means: [] };
          values.set(key, entry);
          entry.means.push(sum / count);
        }
      }
    }
  }
  return [...values.values()].map(({ row, means }) => ({ ...row, ...summary(means) }));
}

function summary(means: number[]): Pick<RegionMean, 'mean' | 'interval' | 'cases'> {
  const cases = means.length;
  const mean = means.reduce((a, b) => a + b) / cases;
  if (cases < 2) return { mean, cases };
  const variance = means.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (cases - 1);
  const half = 1.96 * Math.sqrt(variance / cases);
  return { mean, interval: [mean - half, mean + half], cases };
}

/** Border where the raters of any structure disagree, else inside where any structure is, else outside. */
function regionsOf(one: DiagnosedCase): Region[] {
  const pixels = one.image.height * one.image.width;
  const regions: Region[] = new Array(pixels).fill('outside');
  for (const masks of Object.values(one.annotations)) {
    const present = Object.values(masks).filter((mask) => mask !== null && mask !== undefined);
    for (let p = 0; p < pixels && present.length; p++) {
      const marked = present.filter((mask) => mask[p]! > 0.5).length;
      if (marked > 0 && marked < present.length) regions[p] = 'border';
      else if (marked > 0 && regions[p] === 'outside') regions[p] = 'inside';
    }
  }
  return regions;
}
