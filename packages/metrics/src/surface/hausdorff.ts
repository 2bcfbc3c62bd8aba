import { checkNumber } from '@diff/checks';
import type { LabelScores } from '../labels.js';
import type { Numbers } from '../numbers.js';
import { quantile } from '../statistics/quantile.js';
import { distancesBetween } from './surface-distances.js';
import { type SurfaceLabelOptions, type SurfaceOptions, surfaceMetric } from './surface-metric.js';

/**
 * Hausdorff distance between the surfaces of two masks (see `surfaceDistances`): the larger, of the two
 * directions, of the `percentile` of the distances from one surface to the other. `percentile` is 100 by default, the
 * maximum; below that, linear between neighbouring values. In units of `spacing`, symmetric, 0 for equal masks. With
 * `labels`, of every label of two label maps.
 *
 * @throws RangeError where both masks are empty and no `bothEmpty` is given, or one is and no `oneEmpty`; for label maps
 * without `labels` or `threshold`, a `shape` or `spacing` that does not fit, and values that are not finite
 * @see Huttenlocher, Klanderman & Rucklidge, *Comparing images using the Hausdorff distance*, 1993
 */
export function hausdorff(
  prediction: Numbers,
  reference: Numbers,
  options: SurfaceOptions & { percentile?: number },
): number;
export function hausdorff(
  prediction: Numbers,
  reference: Numbers,
  options: SurfaceLabelOptions & { percentile?: number },
): LabelScores;
export function hausdorff(
  prediction: Numbers,
  reference: Numbers,
  options: SurfaceOptions & Partial<SurfaceLabelOptions> & { percentile?: number },
): number | LabelScores {
  const { percentile = 100 } = options ?? {};
  checkNumber('hausdorff', 'percentile', percentile, 0, 100);
  return farthest('hausdorff', prediction, reference, options, percentile, ['percentile']);
}

/**
 * The 95th percentile of the Hausdorff distance (HD95): `hausdorff` with `percentile: 95`. It leaves the farthest
 * twentieth of either surface aside, so that a few stray voxels do not decide it.
 *
 * @throws RangeError as `hausdorff` does
 */
export function hausdorff95(prediction: Numbers, reference: Numbers, options: SurfaceOptions): number;
export function hausdorff95(
  prediction: Numbers,
  reference: Numbers,
  options: SurfaceLabelOptions,
): LabelScores;
export function hausdorff95(
  prediction: Numbers,
  reference: Numbers,
  options: SurfaceOptions & Partial<SurfaceLabelOptions>,
): number | LabelScores {
  return farthest('hausdorff95', prediction, reference, options, 95);
}

function farthest(
  caller: string,
  prediction: Numbers,
  reference: Numbers,
  options: SurfaceOptions & Partial<SurfaceLabelOptions>,
  percentile: number,
  known: string[] = [],
): number | LabelScores {
  const far = (from: Float64Array) => quantile(from.sort(), percentile / 100);
  return surfaceMetric(
    caller,
    prediction,
    reference,
    options,
    (...masks) => {
      const { fromPrediction, fromReference } = distancesBetween(...masks);
      return Math.max(far(fromPrediction), far(fromReference));
    },
    { known },
  );
}
