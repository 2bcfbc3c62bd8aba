import type { Mask } from '@diff/datasets';
import { meanVote, staple } from '@diff/fusion';
import { dice, hausdorff95, softDice } from '@diff/metrics';
import type { Place } from './encode-label.js';

/** How near a map is to one reference. */
export interface Comparison {
  softDice: number;
  dice: number;
  /** Absent where it was not asked for, or a mask is empty. */
  hausdorff95?: number;
  /** Of the distance. */
  unit?: 'mm' | 'pixels';
  /** Where it was asked for and is absent: which masks have nothing above 0.5. */
  empty?: ('prediction' | 'reference')[];
}

/** Every rater, then MV, the mean of their masks, and STAPLE, which takes soft masks as inside from 0.5. */
export function referencesOf(masks: Readonly<Record<string, Mask>>): Record<string, ArrayLike<number>> {
  const votes = Object.values(masks);
  const binary = votes.map((mask) => Uint8Array.from(mask, (value) => Number(value >= 0.5)));
  return {
    ...masks,
    MV: meanVote(votes),
    STAPLE: staple(binary, { maxIterations: 1000 }).probability,
  };
}

export function compare(
  map: Float32Array,
  reference: ArrayLike<number>,
  { width, height, depth = 1, spacing }: Place,
  { thresholds, surface }: { thresholds: readonly number[]; surface: boolean },
): Comparison {
  const values = Float32Array.from(reference);
  const empty = Object.entries({ prediction: map, reference: values }).flatMap(([name, mask]) =>
    mask.some((value) => value > 0.5) ? [] : [name as 'prediction' | 'reference'],
  );
  return {
    softDice: softDice(map, values, { thresholds }),
    dice: dice(map, values),
    ...(surface &&
      !empty.length && {
        hausdorff95: hausdorff95(map, values, {
          shape: [...(depth > 1 ? [depth] : []), height, width],
          // Spacing is told for x first, shapes end with x.
          ...(spacing && { spacing: sized(spacing, depth > 1 ? 3 : 2).reverse() }),
        }),
        unit: spacing ? ('mm' as const) : ('pixels' as const),
      }),
    ...(surface && empty.length && { empty }),
  };
}

const sized = (spacing: readonly number[], axes: number) =>
  Array.from({ length: axes }, (_, axis) => spacing[axis] ?? 1);
