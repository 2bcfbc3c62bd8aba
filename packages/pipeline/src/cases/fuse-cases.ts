import type { Case, Dataset, Mask } from '@diff/datasets';
import type { FusionMethod } from '../config/fusions.js';
import type { CaseByCase } from './case-by-case.js';
import { type FusedStructure, fuseStructure } from './fuse-structure.js';

/** A case with the fused label of each structure that it has. */
export interface FusedCase {
  original: Case;
  structures: Record<string, FusedStructure>;
  /** The number of the label of each pixel, where all were fused at once. */
  labelMap?: Uint8Array;
  /** Those labels by name. */
  classes?: Readonly<Record<string, number>>;
}

/** Fuses what is still to do, one case at a time. What cannot be fused is noted. */
export async function* fuseCases(
  { todo, note }: Pick<CaseByCase, 'todo' | 'note'>,
  method: FusionMethod<'masks'>,
  signal: AbortSignal,
): AsyncGenerator<FusedCase> {
  for await (const original of todo.cases({ signal })) {
    const structures: FusedCase['structures'] = Object.create(null);
    for (const [structure, masks] of Object.entries(annotationsOf(original, todo))) {
      try {
        structures[structure] = fuseStructure(method, masks);
      } catch (error) {
        // The fusion says what it cannot take, such as degrees where it wants votes.
        if (!(error instanceof RangeError)) throw error;
        note({
          path: `${original.id}, ${structure}`,
          reason: error.message,
          id: original.id,
          outcome: 'skipped',
        });
      }
    }
    if (Object.keys(original.annotations).length === 0)
      note({ path: original.id, reason: 'nobody outlined anything', id: original.id, outcome: 'skipped' });
    yield { original, structures };
  }
}

/** The masks of each structure that anybody outlined, raters and structures in the order of the dataset. */
export function annotationsOf(
  { annotations }: Case,
  { structures, raters }: Pick<Dataset, 'structures' | 'raters'>,
): Record<string, Record<string, Mask>> {
  return Object.fromEntries(
    structures.flatMap((structure) => {
      const masks = raters.flatMap((rater) => {
        const mask = annotations[structure]?.[rater];
        return mask ? [[rater, mask] as const] : [];
      });
      return masks.length ? [[structure, Object.fromEntries(masks)]] : [];
    }),
  );
}
