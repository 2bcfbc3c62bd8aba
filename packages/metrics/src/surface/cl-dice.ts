import type { LabelScores } from '../labels.js';
import type { Numbers } from '../numbers.js';
import { skeleton } from '../shape/skeleton.js';
import { type SurfaceLabelOptions, type SurfaceOptions, surfaceMetric } from './surface-metric.js';

/**
 * Centreline Dice (clDice) of two masks of vessels or other thin structures, 2·T·S / (T + S): T is the share of the
 * prediction's skeleton inside the reference, S the share of the reference's skeleton inside the prediction. It counts
 * whether branches are there and connected, not how thick they are. From 0 to 1, symmetric. `shape` has two or three axes.
 * One empty mask: `oneEmpty`, 0 by default. Two: `bothEmpty`, 1 by default. With `labels`, of every label of two label maps.
 *
 * @throws RangeError for label maps without `labels` or `threshold`, a `shape` of other than two or three axes or that does
 * not fit, and values that are not finite
 * @see Shit et al., *clDice: a novel topology-preserving loss function for tubular structure segmentation*, CVPR 2021
 */
export function clDice(prediction: Numbers, reference: Numbers, options: SurfaceOptions): number;
export function clDice(prediction: Numbers, reference: Numbers, options: SurfaceLabelOptions): LabelScores;
export function clDice(
  prediction: Numbers,
  reference: Numbers,
  options: SurfaceOptions & Partial<SurfaceLabelOptions>,
): number | LabelScores {
  const caller = 'clDice';
  return surfaceMetric(
    caller,
    prediction,
    reference,
    options,
    (a, b, shape) => {
      const covered = (line: Uint8Array, mask: Uint8Array) => {
        let all = 0;
        let within = 0;
        for (let i = 0; i < line.length; i++) {
          all += line[i]!;
          within += line[i]! & mask[i]!;
        }
        return within / all;
      };
      const precision = covered(skeleton(caller, a, shape), b);
      const sensitivity = covered(skeleton(caller, b, shape), a);
      return precision + sensitivity ? (2 * precision * sensitivity) / (precision + sensitivity) : 0;
    },
    { bothEmpty: 1, oneEmpty: 0 },
  );
}
