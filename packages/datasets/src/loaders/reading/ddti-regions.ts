import { jsonrepair } from 'jsonrepair';
import type { Problem } from '../../dataset/problem.js';
import { messageOf } from '../../dataset/problem.js';
import { polygonMask } from '../../images/polygon.js';
import type { Size } from '../../images/resample.js';

interface Point {
  x: number;
  y: number;
}

type Tell = (reason: string, outcome: Problem['outcome']) => void;

/** The polygons of an `<svg>`: its JSON as it is, or mended where it is broken. */
export function regionsOf(svg: string, tell: Tell): Point[][] {
  if (svg === '') {
    tell('its <svg> is empty', 'kept');
    return [];
  }
  let parsed: unknown;
  try {
    parsed = JSON.parse(svg);
  } catch {
    try {
      parsed = JSON.parse(jsonrepair(svg));
      tell('broken JSON, repaired', 'repaired');
    } catch (error) {
      tell(`broken JSON beyond repair (${messageOf(error)})`, 'kept');
      return [];
    }
  }
  if (!Array.isArray(parsed)) {
    tell('its JSON is not a list of regions', 'kept');
    return [];
  }
  return parsed.flatMap((region: { points?: unknown }, i) => {
    const points: unknown[] = Array.isArray(region?.points) ? region.points : [];
    const whole = points.filter(isPoint);
    if (whole.length < points.length)
      tell(`region ${i}: ${points.length - whole.length} broken points left out`, 'repaired');
    if (whole.length >= 3) return [whole];
    tell(`region ${i} has ${whole.length} points, too few for an outline`, 'kept');
    return [];
  });
}

function isPoint(point: unknown): point is Point {
  const { x, y } = (point ?? {}) as Partial<Point>;
  return Number.isFinite(x) && Number.isFinite(y);
}

/** The regions as one mask; says how many points lie outside the image. */
export function drawRegions(regions: Point[][], { width, height }: Size, note: (reason: string) => void) {
  const beyond = regions.flat().filter(({ x, y }) => x < 0 || y < 0 || x >= width || y >= height).length;
  if (beyond) note(`${beyond} points of its outlines lie outside the image of ${width}×${height} pixels`);
  return polygonMask(regions, width, height);
}
