import type { Stream } from '../dataset/stream.js';

/** How many directions a contour is described in. */
export const ANGLES = 180;

const COSINE = Float64Array.from({ length: ANGLES }, (_, i) => Math.cos((2 * Math.PI * i) / ANGLES));
const SINE = Float64Array.from({ length: ANGLES }, (_, i) => Math.sin((2 * Math.PI * i) / ANGLES));

/** A closed outline, one point a direction; lengths are in sides of the image, x to the right, y downwards. */
export interface Contour {
  x: Float64Array;
  y: Float64Array;
}

export interface Box {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

/**
 * A smooth random function of the angle, `Σ_k k^−decay (a_k cos kθ + b_k sin kθ)` with a, b normal and k from
 * `low` to `high`, scaled so that its mean absolute value is 1. Returned at `ANGLES` directions.
 */
export function harmonics(random: Stream, low: number, high: number, decay: number): Float64Array {
  const values = new Float64Array(ANGLES);
  for (let k = low; k <= high; k++) {
    const weight = Math.max(k, 1) ** -decay;
    const a = random.normal(0, weight);
    const b = random.normal(0, weight);
    for (let i = 0; i < ANGLES; i++) {
      const turn = (i * k) % ANGLES;
      values[i]! += a * COSINE[turn]! + b * SINE[turn]!;
    }
  }
  return scaledTo(values, 1);
}

/** `values`, multiplied so that their mean absolute value is `amplitude`. */
export function scaledTo(values: Float64Array, amplitude: number): Float64Array {
  const mean = values.reduce((sum, value) => sum + Math.abs(value), 0) / values.length;
  return values.map((value) => (value * amplitude) / mean);
}

/** `Σ weights[j] · patterns[j]`. */
export function combined(...terms: [weight: number, pattern: Float64Array][]): Float64Array {
  const sum = new Float64Array(ANGLES);
  for (const [weight, pattern] of terms) for (let i = 0; i < ANGLES; i++) sum[i]! += weight * pattern[i]!;
  return sum;
}

/**
 * The polar curve `r(θ) = exp(logRadius(θ))`, stretched by `rx` and `ry`, turned by `tilt` radians and moved to
 * (x, y): an ellipse where `logRadius` is 0.
 */
export function polarContour(
  { x, y, rx, ry, tilt = 0 }: { x: number; y: number; rx: number; ry: number; tilt?: number },
  logRadius: Float64Array,
): Contour {
  const [cos, sin] = [Math.cos(tilt), Math.sin(tilt)];
  const contour = { x: new Float64Array(ANGLES), y: new Float64Array(ANGLES) };
  for (let i = 0; i < ANGLES; i++) {
    const radius = Math.exp(logRadius[i]!);
    const [u, v] = [radius * rx * COSINE[i]!, radius * ry * SINE[i]!];
    contour.x[i] = x + u * cos - v * sin;
    contour.y[i] = y + u * sin + v * cos;
  }
  return contour;
}

export function boxOf({ x, y }: Contour): Box {
  return { left: Math.min(...x), right: Math.max(...x), top: Math.min(...y), bottom: Math.max(...y) };
}

/** Enclosed area by the shoelace formula, in squared sides of the image. */
export function areaOf({ x, y }: Contour): number {
  let twice = 0;
  for (let i = 0, j = x.length - 1; i < x.length; j = i++) twice += x[j]! * y[i]! - x[i]! * y[j]!;
  return Math.abs(twice) / 2;
}

/** The contour stretched by `sx`, `sy` about the middle of its box, then moved by (dx, dy). */
export function stretched(contour: Contour, sx: number, sy: number, dx = 0, dy = 0): Contour {
  const { left, right, top, bottom } = boxOf(contour);
  const [cx, cy] = [(left + right) / 2, (top + bottom) / 2];
  return {
    x: contour.x.map((value) => cx + sx * (value - cx) + dx),
    y: contour.y.map((value) => cy + sy * (value - cy) + dy),
  };
}

/**
 * The inside of a contour on a grid of `size`² pixels: 1 where the pixel's centre is inside (its covered share
 * exceeds one half, to first order), 0 elsewhere. Even-odd scan lines.
 */
export function rasterised({ x, y }: Contour, size: number): Uint8Array {
  const crossings: number[][] = Array.from({ length: size }, () => []);
  for (let i = 0, j = x.length - 1; i < x.length; j = i++) {
    const [low, high] = y[i]! < y[j]! ? [i, j] : [j, i];
    const first = Math.max(0, Math.ceil(y[low]! * size - 0.5));
    const last = Math.min(size, Math.ceil(y[high]! * size - 0.5));
    for (let row = first; row < last; row++) {
      const share = ((row + 0.5) / size - y[low]!) / (y[high]! - y[low]!);
      crossings[row]!.push((x[low]! + share * (x[high]! - x[low]!)) * size - 0.5);
    }
  }
  const mask = new Uint8Array(size * size);
  crossings.forEach((at, row) => {
    at.sort((a, b) => a - b);
    for (let k = 0; k + 1 < at.length; k += 2) {
      const from = Math.max(0, Math.ceil(at[k]!));
      const to = Math.min(size, Math.ceil(at[k + 1]!));
      if (from < to) mask.fill(1, row * size + from, row * size + to);
    }
  });
  return mask;
}

/**
 * How far out each pixel lies: `log(ρ / r(θ))`, with ρ, θ polar coordinates about the middle of the contour's box
 * and r the contour. Negative inside, 0 on the contour, 0.1 at a tenth of the radius outside it.
 */
export function levelOf(contour: Contour, size: number): Float32Array {
  const { left, right, top, bottom } = boxOf(contour);
  const [cx, cy] = [(left + right) / 2, (top + bottom) / 2];
  const logRadius = logRadiusAbout(contour, cx, cy);
  const level = new Float32Array(size * size);
  for (let row = 0, i = 0; row < size; row++) {
    const dy = (row + 0.5) / size - cy;
    for (let column = 0; column < size; column++, i++) {
      const dx = (column + 0.5) / size - cx;
      level[i] = Math.log(Math.hypot(dx, dy) + 1e-6) - logRadius[directionOf(dx, dy)]!;
    }
  }
  return level;
}

const DIRECTIONS = 720;

/** Which of 720 directions (dx, dy) points in. */
export function directionOf(dx: number, dy: number): number {
  return Math.floor((Math.atan2(dy, dx) / (2 * Math.PI) + 1) * DIRECTIONS) % DIRECTIONS;
}

function logRadiusAbout({ x, y }: Contour, cx: number, cy: number): Float64Array {
  const table = new Float64Array(DIRECTIONS).fill(Number.NaN);
  for (let i = 0, j = x.length - 1; i < x.length; j = i++) {
    for (let step = 0; step < 8; step++) {
      const dx = x[j]! + (step / 8) * (x[i]! - x[j]!) - cx;
      const dy = y[j]! + (step / 8) * (y[i]! - y[j]!) - cy;
      table[directionOf(dx, dy)] = Math.log(Math.hypot(dx, dy));
    }
  }
  for (let i = 1; i < 2 * DIRECTIONS; i++) {
    if (Number.isNaN(table[i % DIRECTIONS]!)) table[i % DIRECTIONS] = table[(i - 1) % DIRECTIONS]!;
  }
  return table;
}
