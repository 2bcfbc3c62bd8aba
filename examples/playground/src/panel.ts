import type { Case, Image } from '@diff/datasets/phantom';

/** Who outlined a structure of a case: what all the page is about. */
export interface Panel {
  image: Image;
  /** [height, width], or [depth, height, width]. */
  shape: readonly number[];
  depth: number;
  structure: string;
  structures: readonly string[];
  raters: readonly { name: string; mask: Uint8Array; isIn: boolean }[];
  /** The true shape, which is known of phantoms. */
  truth?: Uint8Array;
}

/** The name under which a visitor draws. */
export const YOU = 'You';

/**
 * The raters of a structure of a case, and the visitor, if there is something that the visitor drew.
 *
 * @param wanted The structure; the innermost, if the case has none of this name.
 */
export function panelOf(
  { image, annotations, meta }: Case,
  wanted: string,
  without: readonly string[],
  drawn?: Uint8Array,
): Panel {
  const structures = Object.keys(annotations);
  const structure = structures.includes(wanted) ? wanted : structures.at(-1)!;
  const { height, width, depth = 1 } = image;
  const own = Object.entries(annotations[structure]!).map(([name, mask]) => ({
    name,
    mask: mask as Uint8Array,
  }));
  const raters = drawn?.includes(1) ? [...own, { name: YOU, mask: drawn }] : own;
  const truth = (meta?.truth as { masks?: Record<string, Uint8Array> } | undefined)?.masks?.[structure];
  return {
    ...{ image, depth, structure, structures },
    shape: depth > 1 ? [depth, height, width] : [height, width],
    raters: raters.map((rater) => ({ ...rater, isIn: !without.includes(rater.name) })),
    ...(truth && { truth }),
  };
}

/** How much is seen around the outlines, as a share of their size. */
const MARGIN = 0.35;

/** The square around what anybody but the visitor outlined, within the image; all of it where nobody did. */
export function closeUp({ image: { width, height }, raters }: Panel) {
  let [left, right, top, bottom] = [width, 0, height, 0];
  for (const { name, mask } of raters) {
    if (name === YOU) continue;
    for (let i = mask.indexOf(1); i >= 0; i = mask.indexOf(1, i + 1)) {
      const [x, y] = [i % width, Math.floor(i / width) % height];
      if (x < left) left = x;
      if (x >= right) right = x + 1;
      if (y < top) top = y;
      if (y >= bottom) bottom = y + 1;
    }
  }
  if (right <= left) return { left: 0, top: 0, width, height };
  const side = Math.ceil(Math.max(right - left, bottom - top) * (1 + 2 * MARGIN));
  const [across, down] = [Math.min(side, width), Math.min(side, height)];
  const from = (low: number, high: number, extent: number, most: number) =>
    Math.min(most - extent, Math.max(0, Math.round((low + high - extent) / 2)));
  return {
    left: from(left, right, across, width),
    top: from(top, bottom, down, height),
    width: across,
    height: down,
  };
}

/** The pixels on which raters differ. */
export function disputedPixels(masks: readonly Uint8Array[]): number[] {
  return Array.from(masks[0]!.keys()).filter((i) => masks.some((mask) => mask[i] !== masks[0]![i]));
}
