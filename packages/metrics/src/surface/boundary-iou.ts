import { checkNumber, fail } from '@diff/checks';
import type { LabelScores } from '../labels.js';
import type { Numbers } from '../numbers.js';
import { product } from '../statistics/sum.js';
import { squareDistances } from './distance-transform.js';
import { type SurfaceLabelOptions, type SurfaceOptions, surfaceMetric } from './surface-metric.js';

export interface BoundaryOptions {
  /** How far from outside the mask its boundary reaches inwards, in units of `spacing`; at least the smallest of it. */
  distance: number;
}

/**
 * Boundary IoU: the Jaccard index of the boundaries of two masks, the voxels of each that are at most `distance` from the
 * nearest voxel outside it, centre to centre; beyond the image is outside. It sees errors at the border of large structures
 * that the Jaccard index hides; with a `distance` beyond the masks' size it is the Jaccard index. From 0 to 1, symmetric. One empty
 * mask: `oneEmpty`, 0 by default. Two: `bothEmpty`, 1 by default. With `labels`, of every label of two label maps.
 *
 * @throws RangeError for a `distance` below the smallest spacing, which holds no voxel, label maps without `labels` or `threshold`, a `shape` or `spacing` that
 * does not fit, and values that are not finite
 * @see Cheng et al., *Boundary IoU*, CVPR 2021, whose distance counts steps of the 8 neighbours
 */
export function boundaryIou(
  prediction: Numbers,
  reference: Numbers,
  options: SurfaceOptions & BoundaryOptions,
): number;
export function boundaryIou(
  prediction: Numbers,
  reference: Numbers,
  options: SurfaceLabelOptions & BoundaryOptions,
): LabelScores;
export function boundaryIou(
  prediction: Numbers,
  reference: Numbers,
  options: SurfaceOptions & Partial<SurfaceLabelOptions> & BoundaryOptions,
): number | LabelScores {
  const caller = 'boundaryIou';
  const distance = options?.distance;
  checkNumber(caller, 'distance', distance, 0, 1e100, { open: true });
  return surfaceMetric(
    caller,
    prediction,
    reference,
    options,
    (a, b, shape, spacing) => {
      const least = Math.min(...spacing);
      if (reach(distance) < least)
        fail(caller, `distance is ${distance}, expected at least the smallest spacing, ${least}`);
      const [inA, inB] = [a, b].map((mask) => boundary(mask, shape, spacing, distance));
      let both = 0;
      let either = 0;
      for (let i = 0; i < a.length; i++) {
        both += inA![i]! & inB![i]!;
        either += inA![i]! | inB![i]!;
      }
      return both / either;
    },
    { known: ['distance'], bothEmpty: 1, oneEmpty: 0 },
  );
}

/** Spacing such as 0.1 is inexact: three steps of it come out a little above 0.3. */
const reach = (distance: number) => distance * (1 + 1e-12);

/** 1 for the voxels of a mask that are near to its outside, on a grid one voxel wider on every side. */
function boundary(
  mask: Uint8Array,
  shape: readonly number[],
  spacing: readonly number[],
  distance: number,
): Uint8Array {
  const wide = shape.map((size) => size + 2);
  const squared = new Float64Array(product(wide));
  const places = new Int32Array(mask.length);
  const at = new Array<number>(shape.length).fill(0);
  for (let voxel = 0; voxel < mask.length; voxel++) {
    places[voxel] = at.reduce((place, x, axis) => place * wide[axis]! + x + 1, 0);
    if (mask[voxel]) squared[places[voxel]!] = Infinity;
    for (let axis = shape.length - 1; axis >= 0 && ++at[axis]! === shape[axis]!; axis--) at[axis] = 0;
  }
  squareDistances(squared, wide, spacing);
  const limit = reach(distance) ** 2;
  return mask.map((inside, voxel) => inside & +(squared[places[voxel]!]! <= limit));
}
