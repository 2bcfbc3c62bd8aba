import { fillRings, type Ring } from '../images/fill-rings.js';
import { polygonMask } from '../images/polygon.js';
import type { Raster } from '../images/raster.js';
import type { Size } from '../images/resample.js';
import type { Picture, Polygons, Runs, Shape } from './shape.js';

/** The samples of a PNG file of at most so many pixels, the mask in the first channel. */
export type DecodePng = (
  png: Uint8Array,
  pixelLimit: number,
) => Promise<Pick<Raster, 'data' | 'width' | 'channels'>>;

/**
 * What any of the shapes covers of an image, as a mask of 0 and 1.
 *
 * @param decode Reads those shapes that are PNG files.
 * @param note Is told of bitmaps that reach beyond the image.
 */
export async function drawAreas(
  shapes: readonly Shape[],
  size: Size,
  decode: DecodePng,
  note?: (reason: string) => void,
): Promise<Uint8Array> {
  const mask = new Uint8Array(size.width * size.height);
  let beyond = 0;
  for (const { area } of shapes) {
    if ('parts' in area) drawPolygons(mask, area, size);
    else if ('runs' in area) beyond += drawRuns(mask, area, size);
    else beyond += await drawPicture(mask, area, size, decode);
  }
  if (beyond) note?.(`${beyond} pixels of its bitmaps lie outside ${sizeTold(size)}`);
  return mask;
}

const sizeTold = ({ width, height }: Size) => `the image of ${width}×${height} pixels`;

/** Sets a pixel. Gives how many were beyond the mask: 0 or 1. */
function set(mask: Uint8Array, x: number, y: number, { width, height }: Size): number {
  if (!(x >= 0 && y >= 0 && x < width && y < height)) return 1;
  mask[y * width + x] = 1;
  return 0;
}

/** How many corners lie more than a pixel beyond the image. */
export function cornersBeyond(shapes: readonly Shape[], { width, height }: Size): number {
  let count = 0;
  for (const { area } of shapes)
    for (const ring of 'parts' in area ? area.parts.flat() : [])
      for (let i = 0; i < ring.length; i += 2) {
        const [x, y] = [ring[i]!, ring[i + 1]!];
        if (x < -1 || y < -1 || x > width + 1 || y > height + 1) count++;
      }
  return count;
}

function drawPolygons(mask: Uint8Array, { parts, grid = 'corner' }: Polygons, size: Size): void {
  for (const rings of parts) {
    if (grid === 'corner') fillRings(mask, rings, size);
    else if (grid === 'touched') drawTouched(mask, rings, size);
    else drawAround(mask, rings, size);
  }
}

/** The first ring with the pixels it touches, without the others and theirs. */
function drawTouched(mask: Uint8Array, [outline, ...holes]: readonly Ring[], size: Size): void {
  const covered = (ring: Ring) => polygonMask([pointsOf(ring)], size.width, size.height);
  const inside = covered(outline!);
  const without = holes.map(covered);
  for (let i = 0; i < mask.length; i++) if (inside[i] && !without.some((hole) => hole[i])) mask[i] = 1;
}

/** What lies within the rings, without the pixels at their corners. */
function drawAround(mask: Uint8Array, rings: readonly Ring[], size: Size): void {
  const inside = new Uint8Array(mask.length);
  fillRings(
    inside,
    rings.map((ring) => Float64Array.from(ring, (value) => value + 0.5)),
    size,
  );
  for (const { x, y } of rings.flatMap(pointsOf))
    if (x >= 0 && x < size.width && y >= 0 && y < size.height) inside[y * size.width + x] = 0;
  inside.forEach((value, i) => {
    if (value) mask[i] = 1;
  });
}

const pointsOf = (ring: Ring) =>
  Array.from({ length: ring.length / 2 }, (_, i) => ({ x: ring[2 * i]!, y: ring[2 * i + 1]! }));

/** Gives how many pixels lie beyond the mask. */
function drawRuns(mask: Uint8Array, area: Runs, size: Size): number {
  const { left, top, width, height, runs, byColumn = false } = area;
  checkRuns(area);
  let [at, beyond] = [0, 0];
  for (let k = 0; k < runs.length; k++) {
    const end = at + runs[k]!;
    if (k % 2 === 0) {
      at = end;
      continue;
    }
    for (; at < end; at++) {
      const x = left + (byColumn ? Math.floor(at / height) : at % width);
      const y = top + (byColumn ? at % height : Math.floor(at / width));
      beyond += set(mask, x, y, size);
    }
  }
  return beyond;
}

/** @throws Error where runs do not fill their rectangle exactly. */
export function checkRuns({ width, height, runs }: Runs): void {
  if (runs.length > width * height + 1)
    throw new Error(`it has ${runs.length} runs, more than its ${width} × ${height} pixels`);
  let sum = 0;
  for (let k = 0; k < runs.length; k++) {
    const run = runs[k]!;
    if (!Number.isInteger(run) || run < 0)
      throw new Error(`its run ${k} is ${run}, expected an integer from 0 up`);
    sum += run;
  }
  if (sum !== width * height)
    throw new Error(`its runs have ${sum} pixels, expected ${width} × ${height} = ${width * height}`);
}

/** Gives how many pixels lie beyond the mask. */
async function drawPicture(
  mask: Uint8Array,
  { left, top, png }: Picture,
  size: Size,
  decode: DecodePng,
): Promise<number> {
  const { data, width, channels } = await decode(png, size.width * size.height);
  let beyond = 0;
  for (let i = 0; i < data.length / channels; i++)
    if (data[i * channels]! > 0) beyond += set(mask, left + (i % width), top + Math.floor(i / width), size);
  return beyond;
}
