import { check, checkOneOf, checkOptions, checkShape } from '@diff/checks';
import { type ConnectedRegion, connectedRegions } from './geometry/connected-regions.js';
import { hasHoles, isMissing, type Masks, type Missing, panelOf } from './votes/panel.js';

export interface DisagreementOptions {
  /** Extents of the arrays, slowest axis first: [height, width], [depth, height, width], ... */
  shape: readonly number[];
  /** Whether pixels of a region touch by faces, or by corners too. Default: 'faces'. */
  connectivity?: 'faces' | 'full';
  missing?: Missing;
}

/** What `disagreement` gives. */
export interface Disagreement {
  /** The entropy −p log₂ p − (1 − p) log₂(1 − p) of the mean vote p at each pixel, in bits: at most 1. */
  entropy: Float64Array;
  /** The population variance of the votes at each pixel: at most ¼. */
  variance: Float64Array;
  /** Connected regions of pixels where two raters' votes differ, largest first. */
  regions: ConnectedRegion[];
}

/**
 * Where raters disagree, and how much. A pixel with fewer than two votes shows no disagreement: 0 in both maps.
 *
 * Time: one pass over pixels × raters, and the regions' pixels. Memory: 21 bytes per pixel and the regions.
 *
 * @param masks one mask per rater, values in [0, 1]; `null` for a rater who is absent
 * @throws RangeError for a shape that does not match, lengths that differ and values outside [0, 1]
 */
export function disagreement(masks: Masks, options: DisagreementOptions): Disagreement {
  checkOptions('disagreement', options, ['shape', 'connectivity', 'missing']);
  const { shape, connectivity = 'faces', missing } = options ?? {};
  const panel = panelOf('disagreement', masks, missing);
  checkShape('disagreement', 'shape', shape, panel.length);
  checkOneOf('disagreement', 'connectivity', connectivity, ['faces', 'full']);

  const votes = new Uint32Array(panel.length);
  const mean = new Float64Array(panel.length);
  const variance = new Float64Array(panel.length);
  for (const rater of panel.raters) {
    const holes = hasHoles(panel, rater);
    for (let j = 0; j < panel.length; j++) {
      if (holes && isMissing(panel, rater, j)) continue;
      const value = rater.mask[j]!;
      if (!(value >= 0 && value <= 1))
        check(false, 'disagreement', `masks[${rater.index}][${j}]`, value, 'a number from 0 to 1');
      // Welford's update: exactly 0 where all votes are equal.
      const count = ++votes[j]!;
      const delta = value - mean[j]!;
      mean[j]! += delta / count;
      variance[j]! += delta * (value - mean[j]!);
    }
  }
  for (let j = 0; j < panel.length; j++) {
    const count = votes[j]!;
    variance[j] = count < 2 ? 0 : variance[j]! / count;
    mean[j] = count < 2 ? 0 : binaryEntropy(mean[j]!);
  }
  return { entropy: mean, variance, regions: connectedRegions((j) => variance[j]! > 0, shape, connectivity) };
}

function binaryEntropy(p: number): number {
  return p <= 0 || p >= 1 ? 0 : -p * Math.log2(p) - (1 - p) * Math.log2(1 - p);
}
