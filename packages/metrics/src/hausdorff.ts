import { checkWithin, type Numbers, orEmpty } from './checks.js';
import { quantile } from './quantile.js';
import { distancesBetween, emptyMask, type SurfaceOptions } from './surface-distances.js';

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
  checkWithin('hausdorff', 'percentile', percentile, 0, 100);
  const { fromPrediction, fromReference } = distancesBetween('hausdorff', prediction, reference, options);
  const missing = emptyMask(fromPrediction, fromReference);
  if (missing) return orEmpty('hausdorff', empty, missing);
  return Math.max(
    quantile(fromPrediction.sort(), percentile / 100),
    quantile(fromReference.sort(), percentile / 100),
  );
}
