import { checkOptions, fail } from '@diff/checks';
import { planar, type ShapeOptions } from '../geometry.js';
import type { Numbers } from '../numbers.js';
import { itself, mean } from '../statistics/sum.js';

/** The asymmetry of a shape about its two principal axes. */
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
  checkOptions(caller, options, ['shape', 'spacing', 'threshold']);
  const { inside, height, width, stepY, stepX } = planar(caller, 'mask', mask, options);
  const ys: number[] = [];
  const xs: number[] = [];
  inside.forEach((value, i) => {
    if (!value) return;
    ys.push(Math.floor(i / width) * stepY);
    xs.push((i % width) * stepX);
  });
  if (xs.length === 0) fail(caller, 'mask is an empty mask, expected a value above the threshold');
  const y0 = mean(ys, itself);
  const x0 = mean(xs, itself);
  const varianceY = mean(ys, (y) => (y - y0) ** 2);
  const varianceX = mean(xs, (x) => (x - x0) ** 2);
  const covariance = mean(xs, (x, i) => (x - x0) * (ys[i]! - y0));
  // twice the angle of the major axis has this cosine and sine, up to rounding where neither axis is longer
  const length = Math.hypot(2 * covariance, varianceX - varianceY);
  const round = length <= 1e-9 * (varianceX + varianceY);
  const cos = round ? 1 : (varianceX - varianceY) / length;
  const sin = round ? 0 : (2 * covariance) / length;

  const outside = (side: number) =>
    mean(xs, (x, i) => {
      const dx = x - x0;
      const dy = ys[i]! - y0;
      const row = Math.round((y0 + side * (sin * dx - cos * dy)) / stepY);
      const column = Math.round((x0 + side * (cos * dx + sin * dy)) / stepX);
      if (row < 0 || row >= height || column < 0 || column >= width) return 1;
      return 1 - inside[row * width + column]!;
    });
  return { major: outside(1), minor: outside(-1) };
}
