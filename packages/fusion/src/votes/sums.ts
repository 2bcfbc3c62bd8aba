import { sumBytes } from './byte-planes.js';
import { bytesOf } from './numbers.js';
import { hasHoles, type Panel } from './panel.js';

/** How many raters vote 1 at each pixel, where every mask is whole and made of 0/1 bytes; else `undefined`. */
export function voteSums(panel: Panel): Uint8Array | undefined {
  const { raters, length } = panel;
  if (raters.length > 255 || raters.some((rater) => hasHoles(panel, rater))) return undefined;
  const bytes = raters.flatMap(({ mask }) => bytesOf(mask) ?? []);
  return bytes.length === raters.length ? sumBytes(bytes, length) : undefined;
}
