import type { Case } from '@diff/datasets';
import { meanVote } from '@diff/fusion';
import type { Example } from '@diff/train';

/** The most masks of a case. */
export const RANKS = 4;

/**
 * A case of anonymous readers as an example whose "raters" are ranks: its masks that are not empty, the smallest first, as D-Persona's
 * protocol has them. A set of opinions, not persons. Where there are fewer than four, the last ranks are missing.
 */
export function ranked({ id, image, annotations }: Pick<Case, 'id' | 'image' | 'annotations'>): Example {
  const areaOf = (mask: ArrayLike<number>) => Array.from(mask).reduce((sum, value) => sum + value, 0);
  const masks = Object.values(Object.values(annotations)[0]!)
    .map((mask) => ({ mask, area: areaOf(mask) }))
    .filter(({ area }) => area > 0)
    .sort((a, b) => a.area - b.area)
    .map(({ mask }) => mask);
  const mean = masks.length
    ? Float32Array.from(meanVote(masks))
    : new Float32Array(image.height * image.width);
  return { id, image, masks: [mean], raters: [Array.from({ length: RANKS }, (_, r) => masks[r] ?? null)] };
}

/** The masks that a case has. */
export const opinionsOf = ({ raters }: Example) => raters![0]!.filter((mask) => mask !== null);
