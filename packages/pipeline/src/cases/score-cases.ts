import { DataError, type Dataset, type Problem } from '@diff/datasets';
import { readMap } from '../folder/read-map.js';
import { type Comparison, compare, referencesOf } from './compare-case.js';
import { annotationsOf } from './fuse-cases.js';
import type { Predictions } from './list-predictions.js';

export interface Scored extends Comparison {
  id: string;
  patient: string;
  structure: string;
  reference: string;
}

export interface ScoreOptions {
  thresholds: readonly number[];
  /** Whether to measure surface distances, which takes longest. */
  surface: boolean;
  signal: AbortSignal;
  onProgress?: (done: number) => void;
}

/** Compares every prediction with every reference of its case; a prediction that cannot be compared is a problem. */
export async function scoreCases(
  dataset: Dataset,
  { files }: Predictions,
  { signal, onProgress, ...options }: ScoreOptions,
): Promise<{ scored: Scored[]; problems: Problem[] }> {
  const scored: Scored[] = [];
  const problems: Problem[] = [];
  const predicted = dataset.filter(({ id }) => [...files.values()].some((ids) => ids.has(id)));
  let done = 0;
  for await (const one of predicted.cases({ signal })) {
    const { id, patient = id, image } = one;
    const annotations = annotationsOf(one, dataset);
    for (const [structure, ids] of files) {
      const path = ids.get(id);
      if (path === undefined) continue;
      try {
        const masks = annotations[structure];
        if (!masks) throw new DataError(path, `nobody outlined the ${structure} of ${id}`);
        const map = await readMap(path);
        if (map.width !== image.width || map.height !== image.height)
          throw new DataError(
            path,
            `${map.width}×${map.height} pixels, the masks of ${id} have ${image.width}×${image.height} (--size brings masks to another)`,
          );
        for (const [reference, mask] of Object.entries(referencesOf(masks)))
          scored.push({ id, patient, structure, reference, ...compare(map.values, mask, map, options) });
      } catch (error) {
        if (!(error instanceof DataError)) throw error;
        problems.push({ path: error.path, reason: error.reason, id, outcome: 'skipped' });
      }
    }
    onProgress?.(++done);
  }
  return { scored, problems: [...predicted.problems, ...problems] };
}
