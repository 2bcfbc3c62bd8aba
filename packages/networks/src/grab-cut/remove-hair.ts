import type { Picture } from './grab-cut.js';
import { closing, line } from './morphology.js';

const directions = [
  [0, 1],
  [1, 0],
  [1, 1],
  [1, -1],
] as const;
/** How much darker than what closes over it a pixel must be to be hair. */
const DARKER = 0.1;

/**
 * Takes dark hair out of a picture, after DullRazor (Lee et al. 1997): each channel is closed by lines in four directions; where the greatest of
 * the four is more than 0.1 above the pixel in any channel the pixel is hair, thin across some direction, and takes that value in all
 * of them. Lines have a fiftieth of the shorter side, at least 3 pixels, and are odd: what is wider stays.
 */
export function removeHair(picture: Picture): Picture {
  const { data, height, width, channels } = picture;
  const length = 2 * Math.max(1, Math.round(Math.min(height, width) / 100)) + 1;
  const pixels = height * width;
  const closed = Array.from({ length: channels }, (_, c) => {
    const own = Float32Array.from({ length: pixels }, (_, p) => data[p * channels + c]!);
    const maps = directions.map((direction) => closing(own, width, line(length, direction)));
    return own.map((_, p) => Math.max(...maps.map((map) => map[p]!)));
  });
  const out = data.slice();
  for (let p = 0; p < pixels; p++) {
    const hair = closed.some((map, c) => map[p]! - data[p * channels + c]! > DARKER);
    if (hair) for (const [c, map] of closed.entries()) out[p * channels + c] = map[p]!;
  }
  return { ...picture, data: out };
}
