import type { Hand } from './anatomy.js';
import { areaOf, boxOf, type Contour, combined, polarContour, scaledTo, stretched } from './contour.js';

/** A single outlined thing: an ellipse with bumps. Lengths in sides of the image. */
export interface Lesion {
  x: number;
  y: number;
  /** Diameter of the circle of the same area. */
  diameter: number;
  /** Height to width of the box around it, before it is tilted. */
  aspect: number;
  tilt: number;
  /** Where its bumps are: mean absolute value 1. */
  bumps: Float64Array;
  /** Their mean absolute size, relative to the radius. */
  roughness: number;
}

/**
 * The lesion's outline as `hand` draws it. A hand moves bumps about but leaves their mean size, which severity sets;
 * `exact` names what else no hand may change: the aspect (of the box) or the diameter (by area).
 */
export function lesionContour(lesion: Lesion, hand: Hand, exact?: 'aspect' | 'diameter'): Contour {
  const { x, y, diameter, aspect, tilt, roughness } = lesion;
  const bumps = scaledTo(combined([roughness, lesion.bumps], [1, hand.fast]), roughness);
  const radius = (diameter / 2) * Math.exp(hand.margin);
  const ellipse = { x, y, rx: radius / Math.sqrt(aspect), ry: radius * Math.sqrt(aspect), tilt };
  const contour = polarContour(ellipse, combined([1, hand.slow], [1, bumps]));
  const [dx, dy] = [hand.dx * radius, hand.dy * radius];
  if (exact === 'aspect') {
    const box = boxOf(contour);
    const stretch = Math.sqrt((aspect * (box.right - box.left)) / (box.bottom - box.top));
    return stretched(contour, 1 / stretch, stretch, dx, dy);
  }
  const scale = exact === 'diameter' ? radius / Math.sqrt(areaOf(contour) / Math.PI) : 1;
  return stretched(contour, scale, scale, dx, dy);
}
