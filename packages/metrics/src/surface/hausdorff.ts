import { check, type Numbers } from '../checks.js';
import { quantile } from '../statistics/quantile.js';
import { distancesBetween, type SurfaceOptions, withoutSurface } from './surface-distances.js';

/**
 * Hausdorff distance between the surfaces of two masks (see `surfaceDistances`): the larger, of the two
 * directions, of the `percentile` of the distances from one surface to the other. `percentile` is 95 by
 * default (HD95, linear between neighbouring values); 100 is the Hausdorff distance proper. In units of
 * `spacing`, symmetric, 0 for equal masks.
 *
 * @throws RangeError where either mask is empty and no `empty` is given; for a `shape` or `spacing` that
 * does not fit, and values that are not finite
 */
export function hausdorff(
  prediction: Numbers,
  reference: Numbers,
  options: SurfaceOptions & { percentile?: number },
): number {
  const { percentile = 95, empty } = options;
  check(
    percentile >= 0 && percentile <= 100,
    'hausdorff',
    'percentile',
    percentile,
    'a number from 0 to 100',
  );
  const distances = distancesBetween('hausdorff', prediction, reference, options);
  const farthest = (from: Float64Array) => quantile(from.sort(), percentile / 100);
  return (
    withoutSurface('hausdorff', distances, empty) ??
    Math.max(farthest(distances.fromPrediction), farthest(distances.fromReference))
  );
}
