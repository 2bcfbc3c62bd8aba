import type { LabelScores } from '../labels.js';
import type { Numbers } from '../numbers.js';
import { itself, sum } from '../statistics/sum.js';
import { distancesBetween } from './surface-distances.js';
import { type SurfaceLabelOptions, type SurfaceOptions, surfaceMetric } from './surface-metric.js';

/**
 * Average symmetric surface distance of two masks: the mean of the distances from every surface voxel of
 * either mask to the other's surface (see `surfaceDistances`), both directions pooled. In units of
 * `spacing`, symmetric, 0 for equal masks. With `labels`, of every label of two label maps.
 *
 * @throws RangeError where both masks are empty and no `bothEmpty` is given, or one is and no `oneEmpty`; for label maps
 * without `labels` or `threshold`, a `shape` or `spacing` that does not fit, and values that are not finite
 * @see Heimann et al., *Comparison and evaluation of methods for liver segmentation from CT datasets*, 2009
 */
export function averageSurfaceDistance(
  prediction: Numbers,
  reference: Numbers,
  options: SurfaceOptions,
): number;
export function averageSurfaceDistance(
  prediction: Numbers,
  reference: Numbers,
  options: SurfaceLabelOptions,
): LabelScores;
export function averageSurfaceDistance(
  prediction: Numbers,
  reference: Numbers,
  options: SurfaceOptions & Partial<SurfaceLabelOptions>,
): number | LabelScores {
  return surfaceMetric('averageSurfaceDistance', prediction, reference, options, (...masks) => {
    const { fromPrediction: a, fromReference: b } = distancesBetween(...masks);
    return (sum(a, itself) + sum(b, itself)) / (a.length + b.length);
  });
}
