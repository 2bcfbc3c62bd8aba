import { sumBytes } from './byte-planes.js';
import { bytesOf, hasHoles, type Panel } from './panel.js';

/** Per pixel the number of 1s, where every mask is whole and made of 0/1 bytes. */
export function voteSums({ raters, length, ...panel }: Panel): Uint8Array | undefined {
  if (raters.length > 255 || raters.some((rater) => hasHoles({ raters, length, ...panel }, rater)))
    return undefined;
  const bytes = raters.flatMap(({ mask }) => bytesOf(mask) ?? []);
  return bytes.length === raters.length ? sumBytes(bytes, length) : undefined;
}
