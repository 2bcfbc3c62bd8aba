import { connectedRegions, type Region } from './geometry/connected-regions.js';
import { hasHoles, isMissing, type Masks, type Missing, panelOf } from './votes/panel.js';

export interface DisagreementOptions {
  /** Extents of the arrays, slowest axis first: [height, width], [depth, height, width], ... */
  shape: readonly number[];
  /** Whether pixels of a region touch by faces (default) or by corners too. */
  connectivity?: 'faces' | 'full';
  missing?: Missing;
}

export interface Disagreement {
  /** Per pixel, the entropy −p log₂ p − (1 − p) log₂(1 − p) of the mean vote p, in bits: at most 1. */
  entropy: Float64Array;
  /** Per pixel, the population variance of the votes: at most ¼. */
  variance: Float64Array;
  /** Connected regions of pixels where two raters' votes differ, largest first. */
  regions: Region[];
}

/**
 * Where raters disagree, and how much. A pixel with fewer than two votes shows no disagreement: 0 in both maps.
 *
 * Time: one pass over pixels × raters, and the regions' pixels. Memory: two maps, a byte a pixel, the regions.
 *
 * @param masks one mask a rater, values in [0, 1]; `null` for a rater who is absent
 * @throws RangeError for a shape that does not match, lengths that differ and values outside [0, 1]
 */
export function disagreement(masks: Masks, options: DisagreementOptions): Disagreement {
  const panel = panelOf('disagreement', masks, options.missing);
  const { shape, connectivity = 'faces' } = options;
  if (!Array.isArray(shape))
    throw new TypeError(`disagreement: shape is ${shape}, expected an array of extents`);
  if (shape.reduce((product, extent) => product * extent, 1) !== panel.length)
    throw new RangeError(
      `disagreement: shape [${shape.join(', ')}] does not hold the ${panel.length} values of a mask`,
    );
  if (connectivity !== 'faces' && connectivity !== 'full')
    throw new RangeError(`disagreement: connectivity is ${connectivity}, expected 'faces' or 'full'`);

  const entropy = new Float64Array(panel.length);
  const variance = new Float64Array(panel.length);
  const holes = panel.raters.map((rater) => hasHoles(panel, rater));
  for (let j = 0; j < panel.length; j++) {
    let votes = 0;
    let mean = 0;
    let squares = 0;
    panel.raters.forEach((rater, i) => {
      if (holes[i] && isMissing(panel, rater, j)) return;
      const value = rater.mask[j]!;
      if (!(value >= 0 && value <= 1))
        throw new RangeError(
          `disagreement: masks[${rater.index}][${j}] is ${value}, expected a value in [0, 1]`,
        );
      // Welford's update: exactly 0 where all votes are equal.
      votes++;
      const delta = value - mean;
      mean += delta / votes;
      squares += delta * (value - mean);
    });
    if (votes < 2) continue;
    variance[j] = squares / votes;
    entropy[j] = binaryEntropy(mean);
  }
  return { entropy, variance, regions: connectedRegions((j) => variance[j]! > 0, shape, connectivity) };
}

function binaryEntropy(p: number): number {
  return p <= 0 || p >= 1 ? 0 : -p * Math.log2(p) - (1 - p) * Math.log2(1 - p);
}
