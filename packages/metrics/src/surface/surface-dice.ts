import { check, type Numbers, ratio } from '../checks.js';
import { sum } from '../statistics/sum.js';
import { distancesBetween, type SurfaceOptions } from './surface-distances.js';

/**
 * Surface Dice at a `tolerance`: the share of the surface voxels of both masks (see `surfaceDistances`)
 * that lie within `tolerance` of the other's surface, in units of `spacing`. Surface is counted in voxels,
 * not in area. From 0 to 1, symmetric; 0 where one mask is empty, and `empty` (1 by default) where both are.
 *
 * @throws RangeError for a negative tolerance, a `shape` or `spacing` that does not fit, and values that
 * are not finite
 * @see Nikolov et al., *Deep learning to achieve clinically applicable segmentation of head and neck
 * anatomy for radiotherapy*, arXiv 1809.04430
 */
export function surfaceDice(
  prediction: Numbers,
  reference: Numbers,
  options: SurfaceOptions & { tolerance: number },
): number {
  const { tolerance, empty = 1 } = options;
  check(
    tolerance >= 0 && tolerance < Infinity,
    'surfaceDice',
    'tolerance',
    tolerance,
    'a finite number from 0',
  );
  const { fromPrediction, fromReference } = distancesBetween('surfaceDice', prediction, reference, options);
  // spacing such as 0.1 is inexact: three steps of it come out a little above 0.3
  const limit = tolerance * (1 + 1e-12);
  const near = (distance: number) => +(distance <= limit);
  return ratio(
    'surfaceDice',
    sum(fromPrediction, near) + sum(fromReference, near),
    fromPrediction.length + fromReference.length,
    empty,
    '',
  );
}
