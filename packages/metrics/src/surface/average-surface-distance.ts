import type { Numbers } from '../checks.js';
import { itself, mean } from '../statistics/sum.js';
import { distancesBetween, type SurfaceOptions, withoutSurface } from './surface-distances.js';

/**
 * Average symmetric surface distance of two masks: the mean of the distances from every surface voxel of
 * either mask to the other's surface (see `surfaceDistances`), both directions pooled. In units of
 * `spacing`, symmetric, 0 for equal masks.
 *
 * @throws RangeError where either mask is empty and no `empty` is given; for a `shape` or `spacing` that
 * does not fit, and values that are not finite
 * @see Heimann et al., *Comparison and evaluation of methods for liver segmentation from CT datasets*, 2009
 */
export function averageSurfaceDistance(
  prediction: Numbers,
  reference: Numbers,
  options: SurfaceOptions,
): number {
  const caller = 'averageSurfaceDistance';
  const distances = distancesBetween(caller, prediction, reference, options);
  return (
    withoutSurface(caller, distances, options.empty) ??
    mean([...distances.fromPrediction, ...distances.fromReference], itself)
  );
}
