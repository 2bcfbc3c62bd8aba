import { components } from './components.js';
import type { Ring } from './fill-rings.js';
import type { Size } from './resample.js';

/** An outline along the edges of pixels, clockwise as seen, and its holes, counter-clockwise. */
export interface TracedPart {
  outline: Ring;
  holes: Ring[];
}

/** Right, down, left, up: the next turns right. A pixel that is inside lies on the right of its edges. */
const STEPS = [
  [1, 0],
  [0, 1],
  [-1, 0],
  [0, -1],
] as const;

/**
 * The outlines of a mask's 4-connected parts along the edges of its pixels, with their holes. No ring crosses or touches itself;
 * two may touch at a corner. Filled even-odd they give the mask again, to the pixel. Inside is what is not 0.
 */
export function traceRings(mask: ArrayLike<number>, { width, height }: Size): TracedPart[] {
  const grid = Uint8Array.from(mask, (value) => (value ? 1 : 0));
  const { labels, found } = components(grid, width, 1, 4);
  const inside = (x: number, y: number) =>
    x >= 0 && y >= 0 && x < width && y < height && grid[y * width + x] === 1;
  // The pixels to the right and to the left of a step from a corner.
  const right = (x: number, y: number, step: number) =>
    [x - Number(step === 1 || step === 2), y - Number(step > 1)] as const;
  const left = (x: number, y: number, step: number) =>
    [x - Number(step > 1), y - Number(step === 0 || step === 3)] as const;
  const isEdge = (x: number, y: number, step: number) =>
    inside(...right(x, y, step)) && !inside(...left(x, y, step));

  const rings = found.map(() => ({ outline: undefined as Ring | undefined, holes: [] as Ring[] }));
  const across = width + 1;
  const walked = new Uint8Array(across * (height + 1));

  /** Walks until it comes home; whenever it meets itself, what lies between is a ring. */
  function walk(startX: number, startY: number, part: { outline: Ring | undefined; holes: Ring[] }): void {
    let [x, y, step] = [startX, startY, 0];
    const path: number[] = [];
    const places = new Map<number, number>();
    do {
      const at = y * across + x;
      const met = places.get(at);
      if (met !== undefined) {
        const between = path.splice(met);
        add(between, part);
        for (const corner of between) places.delete(corner);
      }
      places.set(at, path.length);
      path.push(at);
      walked[at]! |= 1 << step;
      x += STEPS[step]![0];
      y += STEPS[step]![1];
      step = [step + 1, step, step + 3].map((turn) => turn % 4).find((turn) => isEdge(x, y, turn))!;
    } while (x !== startX || y !== startY || step !== 0);
    add(path, part);
  }

  function add(path: readonly number[], part: { outline: Ring | undefined; holes: Ring[] }): void {
    const ring = cornersOf(path.map((at) => [at % across, Math.floor(at / across)] as const));
    if (signedArea(ring) > 0) part.outline = ring;
    else part.holes.push(ring);
  }

  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      if (isEdge(x, y, 0) && !(walked[y * across + x]! & 1)) walk(x, y, rings[labels[y * width + x]!]!);
  return rings.map(({ outline, holes }) => ({ outline: outline!, holes }));
}

/** Without the points between two corners. */
function cornersOf(points: readonly (readonly [number, number])[]): Ring {
  return Float64Array.from(
    points
      .filter(([x, y], i) => {
        const [[x1, y1], [x2, y2]] = [points.at(i - 1)!, points[(i + 1) % points.length]!];
        return !((x1 === x && x === x2) || (y1 === y && y === y2));
      })
      .flat(),
  );
}

/** Twice the area; above 0 where it goes clockwise as seen, rows growing downwards. */
function signedArea(ring: Ring): number {
  let sum = 0;
  for (let i = 0, j = ring.length - 2; i < ring.length; j = i, i += 2)
    sum += ring[j]! * ring[i + 1]! - ring[i]! * ring[j + 1]!;
  return sum;
}
