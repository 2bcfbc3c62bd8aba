import { checkNumber, fail } from '@diff/checks';
import type { LabelScores } from '../labels.js';
import type { Numbers } from '../numbers.js';
import { sum } from '../statistics/sum.js';
import { weightedDistances } from './surface-area.js';
import { distancesBetween } from './surface-distances.js';
import { type SurfaceLabelOptions, type SurfaceOptions, surfaceMetric } from './surface-metric.js';

export interface SurfaceDiceOptions {
  /** How far apart surfaces may lie, in units of `spacing`. */
  tolerance: number;
}

/**
 * Surface Dice at a `tolerance`: the share of the surface voxels of both masks (see `surfaceDistances`)
 * that lie within `tolerance` of the other's surface, in units of `spacing`. Surface is counted in voxels;
 * `areaSurfaceDice` weighs it by area. From 0 to 1, symmetric. One empty mask: `oneEmpty`, 0 by default. Two:
 * `bothEmpty`, 1 by default. With `labels`, of every label of two label maps.
 *
 * @throws RangeError for a negative tolerance, label maps without `labels` or `threshold`, a `shape` or `spacing` that does
 * not fit, and values that are not finite
 * @see Nikolov et al., *Deep learning to achieve clinically applicable segmentation of head and neck
 * anatomy for radiotherapy*, arXiv 1809.04430
 */
export function surfaceDice(
  prediction: Numbers,
  reference: Numbers,
  options: SurfaceOptions & SurfaceDiceOptions,
): number;
export function surfaceDice(
  prediction: Numbers,
  reference: Numbers,
  options: SurfaceLabelOptions & SurfaceDiceOptions,
): LabelScores;
export function surfaceDice(
  prediction: Numbers,
  reference: Numbers,
  options: SurfaceOptions & Partial<SurfaceLabelOptions> & SurfaceDiceOptions,
): number | LabelScores {
  const caller = 'surfaceDice';
  const near = within(caller, options?.tolerance);
  return surfaceMetric(
    caller,
    prediction,
    reference,
    options,
    (...masks) => {
      const { fromPrediction: a, fromReference: b } = distancesBetween(...masks);
      return (sum(a, near) + sum(b, near)) / (a.length + b.length);
    },
    { known: ['tolerance'], bothEmpty: 1, oneEmpty: 0 },
  );
}

/**
 * Surface Dice at a `tolerance`, weighed by area: the share of both surfaces' area that lies within `tolerance` of the
 * other surface. Surfaces run between voxels, as marching cubes cut them (marching squares in 2-D), and each element's
 * area counts: what DeepMind's `surface-distance` computes. `shape` has two or three axes. From 0 to 1, symmetric. One
 * empty mask: `oneEmpty`, 0 by default. Two: `bothEmpty`, 1 by default. With `labels`, of every label of two label maps.
 *
 * @throws RangeError as `surfaceDice` does, and for a `shape` of other than two or three axes
 * @see Nikolov et al., *Deep learning to achieve clinically applicable segmentation of head and neck
 * anatomy for radiotherapy*, arXiv 1809.04430
 */
export function areaSurfaceDice(
  prediction: Numbers,
  reference: Numbers,
  options: SurfaceOptions & SurfaceDiceOptions,
): number;
export function areaSurfaceDice(
  prediction: Numbers,
  reference: Numbers,
  options: SurfaceLabelOptions & SurfaceDiceOptions,
): LabelScores;
export function areaSurfaceDice(
  prediction: Numbers,
  reference: Numbers,
  options: SurfaceOptions & Partial<SurfaceLabelOptions> & SurfaceDiceOptions,
): number | LabelScores {
  const caller = 'areaSurfaceDice';
  const near = within(caller, options?.tolerance);
  return surfaceMetric(
    caller,
    prediction,
    reference,
    options,
    (a, b, shape, spacing) => {
      if (shape.length < 2 || shape.length > 3)
        fail(caller, `shape has ${shape.length} axes, expected 2 or 3`);
      const { fromPrediction, fromReference, predictionAreas, referenceAreas } = weightedDistances(
        a,
        b,
        shape,
        spacing,
      );
      const weigh = (count: (distance: number) => number) =>
        sum(fromPrediction, (d, i) => count(d) * predictionAreas[i]!) +
        sum(fromReference, (d, i) => count(d) * referenceAreas[i]!);
      return weigh(near) / weigh(() => 1);
    },
    { known: ['tolerance'], bothEmpty: 1, oneEmpty: 0 },
  );
}

function within(caller: string, tolerance: number): (distance: number) => number {
  checkNumber(caller, 'tolerance', tolerance, 0);
  // spacing such as 0.1 is inexact: three steps of it come out a little above 0.3
  const limit = tolerance * (1 + 1e-12);
  return (distance) => +(distance <= limit);
}
