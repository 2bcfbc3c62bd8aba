import { DataError, type Dataset, type Problem } from '@diff/datasets';
import { type ProbabilityMap, readLabelMap, readMap } from '../folder/read-map.js';
import { type Comparison, compare, referencesOf } from './compare-case.js';
import type { Place } from './encode-label.js';
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
  /** Predictions are label maps: the number of each structure's label. */
  numberOf?: ((structure: string) => number) | undefined;
  signal: AbortSignal;
  onProgress?: (done: number) => void;
}

/** Compares every prediction with every reference of its case; a prediction that cannot be compared is a problem. */
export async function scoreCases(
  dataset: Dataset,
  { files }: Predictions,
  { signal, onProgress, numberOf, ...options }: ScoreOptions,
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
        const map = numberOf ? await labelIn(path, numberOf(structure)) : await readMap(path);
        if (sizes(map) !== sizes(image))
          throw new DataError(
            path,
            `${sizes(map)} pixels, the masks of ${id} have ${sizes(image)} (--size brings masks to another)`,
          );
        if (map.affine && image.affine && !isNear(map.affine, image.affine))
          throw new DataError(path, `its voxels lie elsewhere than those of ${id}, expected the same grid`);
        for (const [reference, mask] of Object.entries(referencesOf(masks)))
          scored.push({ id, patient, structure, reference, ...compare(map.values, mask, image, options) });
      } catch (error) {
        if (!(error instanceof DataError)) throw error;
        problems.push({ path: error.path, reason: error.reason, id, outcome: 'skipped' });
      }
    }
    onProgress?.(++done);
  }
  return { scored, problems: [...predicted.problems, ...problems] };
}

async function labelIn(path: string, number: number): Promise<ProbabilityMap> {
  const map = await readLabelMap(path);
  return { ...map, values: map.values.map((value) => Number(value === number)) };
}

const sizes = ({ width, height, depth = 1 }: Place) => `${width}×${height}${depth > 1 ? `×${depth}` : ''}`;

/** Headers of NIfTI have 32 bits. */
const isNear = (a: readonly number[], b: readonly number[]) =>
  a.every((value, i) => Math.abs(value - b[i]!) <= 1e-4 * Math.max(1, Math.abs(value)));
