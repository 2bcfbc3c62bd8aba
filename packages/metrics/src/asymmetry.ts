import { fail, type Numbers } from './checks.js';
import { binarise, checkGeometry } from './geometry.js';
import type { ShapeOptions } from './vertical-diameter.js';

export interface Asymmetry {
  /** About the axis along which the shape is longest. */
  major: number;
  /** About the axis across it. */
  minor: number;
}

/**
 * Asymmetry of a 2-D mask M about its principal axes, which pass through its centroid: the share of M that
 * falls outside M when mirrored, |M \ mirror(M)| / |M|, from 0 (symmetric) towards 1. A mirrored pixel
 * centre counts by the pixel that it falls into. For a shape as long as it is wide every axis is
 * principal, and those of the image are taken. `shape` is `[height, width]`.
 *
 * @throws RangeError where the mask is empty, for a `shape` or `spacing` that does not fit, and values that
 * are not finite
 * @see Stoecker, Li & Moss, *Automatic detection of asymmetry in skin tumors*, 1992
 */
export function asymmetry(mask: Numbers, options: Omit<ShapeOptions, 'empty'>): Asymmetry {
  const caller = 'asymmetry';
  const { shape, threshold = 0.5 } = options;
  const [stepY, stepX] = checkGeometry(caller, 'mask', mask.length, options, 2);
  const inside = binarise(caller, 'mask', mask, threshold);
  const [height, width] = shape;
  const ys: number[] = [];
  const xs: number[] = [];
  inside.forEach((value, i) => {
    if (!value) return;
    ys.push(Math.floor(i / width!) * stepY!);
    xs.push((i % width!) * stepX!);
  });
  if (xs.length === 0) fail(caller, 'mask is an empty mask');
  const moment = (a: (i: number) => number) => xs.reduce((sum, _, i) => sum + a(i), 0) / xs.length;
  const y0 = moment((i) => ys[i]!);
  const x0 = moment((i) => xs[i]!);
  const covariance = moment((i) => (ys[i]! - y0) * (xs[i]! - x0));
  const difference = moment((i) => (xs[i]! - x0) ** 2 - (ys[i]! - y0) ** 2);
  const angle = Math.atan2(2 * covariance, difference) / 2;
  const cos = Math.cos(2 * angle);
  const sin = Math.sin(2 * angle);

  const outside = (side: number) => {
    const mirrored = (i: number) => {
      const dy = side * (sin * (xs[i]! - x0) - cos * (ys[i]! - y0));
      const dx = side * (cos * (xs[i]! - x0) + sin * (ys[i]! - y0));
      const row = Math.round((y0 + dy) / stepY!);
      const column = Math.round((x0 + dx) / stepX!);
      if (row < 0 || row >= height! || column < 0 || column >= width!) return 1;
      return 1 - inside[row * width! + column]!;
    };
    return moment(mirrored);
  };
  return { major: outside(1), minor: outside(-1) };
}
