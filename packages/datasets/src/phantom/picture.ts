import type { Image } from '../dataset/case.js';
import type { Stream } from '../dataset/stream.js';

/** Pictures are painted at 64 pixels or more and averaged down, as a camera's are. */
export function paintedSize(size: number): number {
  return size * Math.ceil(64 / size);
}

export function sigmoid(value: number): number {
  return 1 / (1 + Math.exp(-value));
}

export function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}

/** Planes of `painted`² values → an image of `size`² pixels by averaging, in steps of 1/255 as 8-bit files hold. */
export function imageOf(planes: Float32Array[], painted: number, size: number): Image {
  const channels = planes.length;
  const factor = painted / size;
  const data = new Float32Array(size * size * channels);
  planes.forEach((plane, channel) => {
    for (let row = 0; row < painted; row++) {
      const line = Math.floor(row / factor) * size;
      for (let column = 0; column < painted; column++) {
        data[(line + Math.floor(column / factor)) * channels + channel]! += plane[row * painted + column]!;
      }
    }
  });
  const area = factor * factor;
  for (let i = 0; i < data.length; i++) data[i] = Math.round(255 * clamp(data[i]! / area, 0, 1)) / 255;
  return { data, height: size, width: size, channels };
}

/** A plane of `size`² pixels, each `value(x, y, index)` of its centre in sides of the image. */
export function plane(size: number, value: (x: number, y: number, index: number) => number): Float32Array {
  const values = new Float32Array(size * size);
  for (let row = 0, i = 0; row < size; row++) {
    const y = (row + 0.5) / size;
    for (let column = 0; column < size; column++, i++) values[i] = value((column + 0.5) / size, y, i);
  }
  return values;
}

export interface Point {
  x: number;
  y: number;
  /** Width of the line here, in sides of the image. */
  width: number;
}

/** Draws a line of varying width into `layer` (its opacity at each pixel), keeping the larger opacity. */
export function stroke(layer: Float32Array, size: number, points: Point[], opacity = 1): void {
  for (let k = 1; k < points.length; k++) {
    const from = points[k - 1]!;
    const to = points[k]!;
    const half = (Math.max(from.width, to.width) * size) / 2 + 1;
    const [x0, y0, x1, y1] = [from.x * size - 0.5, from.y * size - 0.5, to.x * size - 0.5, to.y * size - 0.5];
    const length = (x1 - x0) ** 2 + (y1 - y0) ** 2 || 1;
    const [left, right] = [
      Math.max(0, Math.floor(Math.min(x0, x1) - half)),
      Math.min(size - 1, Math.ceil(Math.max(x0, x1) + half)),
    ];
    const [top, bottom] = [
      Math.max(0, Math.floor(Math.min(y0, y1) - half)),
      Math.min(size - 1, Math.ceil(Math.max(y0, y1) + half)),
    ];
    for (let row = top; row <= bottom; row++) {
      for (let column = left; column <= right; column++) {
        const share = clamp(((column - x0) * (x1 - x0) + (row - y0) * (y1 - y0)) / length, 0, 1);
        const width = (from.width + share * (to.width - from.width)) * size;
        const distance = Math.hypot(column - x0 - share * (x1 - x0), row - y0 - share * (y1 - y0));
        const cover = Math.min(clamp(width / 2 - distance + 0.5, 0, 1), width) * opacity;
        const at = row * size + column;
        if (cover > layer[at]!) layer[at] = cover;
      }
    }
  }
}

export interface Branch {
  x: number;
  y: number;
  /** Direction in radians. */
  heading: number;
  /** Turn in radians a unit of length, at the start; none at the end. */
  bend: number;
  /** Standard deviation of the turns it takes on top, in radians a unit of length. */
  wander: number;
  width: number;
  length: number;
  /** How many more times it may fork. */
  forks: number;
}

/** A vessel that wanders, thins out and forks: a list of lines, in the units of `branch`. */
export function vesselTree(random: Stream, branch: Branch, step: number): Point[][] {
  const points: Point[] = [];
  let { x, y, heading, width } = branch;
  let turn = 0;
  let untilFork = random.uniform(0.15, 0.45) * branch.length;
  const lines = [points];
  for (let way = 0; way <= branch.length; way += step) {
    const thinned = width * (1 - (0.55 * way) / branch.length);
    points.push({ x, y, width: thinned });
    turn = 0.8 * turn + random.normal(0, 0.6 * branch.wander);
    heading += (branch.bend * (1 - way / branch.length) + turn) * step;
    x += Math.cos(heading) * step;
    y += Math.sin(heading) * step;
    untilFork -= step;
    if (untilFork < 0 && branch.forks > 0) {
      const side = random.chance(0.5) ? 1 : -1;
      const bend = -side * random.uniform(0, 0.5) * Math.abs(branch.bend);
      const child = { x, y, heading: heading + side * random.uniform(0.4, 0.9), bend, wander: branch.wander };
      const length = (branch.length - way) * random.uniform(0.5, 0.8);
      lines.push(
        ...vesselTree(random, { ...child, width: thinned * 0.7, length, forks: branch.forks - 1 }, step),
      );
      untilFork = random.uniform(0.15, 0.4) * branch.length;
      width *= 0.9;
      heading -= side * 0.15;
    }
  }
  return lines;
}
