import type { Mask } from '../dataset/case.js';

/** Steps to the eight neighbours, counter-clockwise from the right (rows grow downwards). */
const STEPS = [
  [1, 0],
  [1, -1],
  [0, -1],
  [-1, -1],
  [-1, 0],
  [-1, 1],
  [0, 1],
  [1, 1],
] as const;

/**
 * The outlines of a mask's 8-connected parts, as closed chains of the border pixels' indices: Sonka, Hlavac and
 * Boyle's inner boundary tracing. Filled with their border they give the mask again, but for holes, which outlines
 * cannot say.
 */
export function outlines(mask: Mask, width: number, height: number): { x: number; y: number }[][] {
  const left = Uint8Array.from(mask, (value) => (value > 0.5 ? 1 : 0));
  const inside = (x: number, y: number) =>
    x >= 0 && y >= 0 && x < width && y < height && left[y * width + x] === 1;
  const found: { x: number; y: number }[][] = [];
  for (let at = left.indexOf(1); at >= 0; at = left.indexOf(1, at)) {
    found.push(traced(at % width, Math.floor(at / width), inside));
    clearPart(left, at, width, height);
  }
  return found;
}

function traced(startX: number, startY: number, inside: (x: number, y: number) => boolean) {
  const points = [{ x: startX, y: startY }];
  let direction = 7;
  for (;;) {
    const { x, y } = points.at(-1)!;
    const first = (direction + (direction % 2 === 0 ? 7 : 6)) % 8;
    const turn = STEPS.findIndex((_, k) => {
      const [dx, dy] = STEPS[(first + k) % 8]!;
      return inside(x + dx, y + dy);
    });
    if (turn < 0) return points;
    direction = (first + turn) % 8;
    const [dx, dy] = STEPS[direction]!;
    const [next, second, last] = [{ x: x + dx, y: y + dy }, points[1], points.at(-1)!];
    // Around once when the first two points come again in a row.
    if (points.length > 2 && same(next, second) && same(last, points[0])) return points.slice(0, -1);
    points.push(next);
  }
}

const same = (a: { x: number; y: number }, b: { x: number; y: number } | undefined) =>
  a.x === b?.x && a.y === b.y;

function clearPart(left: Uint8Array, start: number, width: number, height: number): void {
  const queue = [start];
  left[start] = 0;
  for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
    const [x, y] = [at % width, Math.floor(at / width)];
    for (const [dx, dy] of STEPS) {
      const next = (y + dy) * width + x + dx;
      if (x + dx < 0 || y + dy < 0 || x + dx >= width || y + dy >= height || left[next] === 0) continue;
      left[next] = 0;
      queue.push(next);
    }
  }
}
