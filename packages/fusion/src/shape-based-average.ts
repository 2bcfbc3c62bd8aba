import { check, checkOptions } from '@diff/checks';
import { type GridOptions, meanSignedDistance, shapePanel } from './geometry/mean-signed-distance.js';
import type { Masks } from './votes/panel.js';

/** What `shapeBasedAverage` gives. */
export interface ShapeBasedAverage {
  /** 1 where the mean signed distance is below 0. */
  mask: Uint8Array;
  /** The raters' mean signed distance to the border, below 0 inside, in the units of `spacing`. */
  distance: Float64Array;
}

/**
 * Shape-based averaging (Rohlfing & Maurer 2007, IEEE TIP 16:153): inside is where the weighted mean of the raters' signed
 * distances to their borders is below 0. The distance of a pixel is minus that to the nearest pixel outside for a pixel
 * inside, and that to the nearest pixel inside for one outside. The fusion lies between the outlines, also where a
 * majority vote of two is empty, and stays smooth. Where the mean is 0, it is outside.
 *
 * A mask that is empty (or full) is the grid's diagonal away from every pixel, so that one of many empties the fusion.
 * Part of a mask cannot be missing: a shape is not known then.
 *
 * Time: O(pixels × raters × axes). Memory: 24 bytes per pixel beside the masks, and the result of 9.
 *
 * @param masks one mask per rater, 0 or 1, of `shape`; `null` for a rater who is absent
 * @throws RangeError for no rater, lengths that differ, votes other than 0 and 1, a shape that does not match, weights
 *   that sum to 0
 */
export function shapeBasedAverage(masks: Masks, options: GridOptions): ShapeBasedAverage {
  checkOptions('shapeBasedAverage', options, ['shape', 'spacing', 'weights']);
  const shapes = shapePanel('shapeBasedAverage', masks, options);
  for (const { index, mask } of shapes.panel.raters)
    for (let j = 0; j < mask.length; j++)
      if (mask[j] !== 0 && mask[j] !== 1)
        check(false, 'shapeBasedAverage', `masks[${index}][${j}]`, mask[j], '0 or 1');
  const distance = meanSignedDistance(shapes, 1);
  const mask = new Uint8Array(distance.length);
  for (let j = 0; j < mask.length; j++) mask[j] = distance[j]! < 0 ? 1 : 0;
  return { mask, distance };
}
