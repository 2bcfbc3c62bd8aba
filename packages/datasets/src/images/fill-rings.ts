import type { Size } from './resample.js';

/** A closed outline: x and y of its corners in turn; the last joins the first. */
export type Ring = ArrayLike<number>;

/** The most crossings of edges and rows: outlines beyond it are no drawing, and would take minutes. */
const CROSSINGS = 2 ** 28;

/**
 * Sets the pixels of a mask whose centres an odd number of rings enclose, so that a ring in a ring is a hole. (0, 0) is the
 * outer corner of the first pixel, whose centre is (0.5, 0.5). A centre on an edge belongs to the side on its right, or
 * below: areas that share an edge neither share a pixel nor leave a gap. Rings may reach beyond the mask.
 *
 * @throws Error where the edges cross more than 2²⁸ rows.
 */
export function fillRings(mask: Uint8Array, rings: readonly Ring[], { width, height }: Size): void {
  const { left, right, top, bottom } = boxOf(rings, { width, height });
  const across = right - left;
  if (across <= 0 || bottom <= top) return;
  checkCrossings(rings, top, bottom);
  // 1 where the side changes from the pixel to the left.
  const changes = new Uint8Array(across * (bottom - top));
  for (const ring of rings) {
    for (let i = 0; i < ring.length; i += 2) {
      const next = i + 2 < ring.length ? i + 2 : 0;
      // From top to bottom, so that an edge of two areas is one line to the last bit.
      const [upper, lower] = ring[i + 1]! < ring[next + 1]! ? [i, next] : [next, i];
      const [x, y] = [ring[upper]!, ring[upper + 1]!];
      const [dx, dy] = [ring[lower]! - x, ring[lower + 1]! - y];
      const first = Math.max(top, Math.ceil(y - 0.5));
      const end = Math.min(bottom, Math.ceil(y + dy - 0.5));
      for (let row = first; row < end; row++) {
        const column = Math.max(left, Math.ceil(x + ((row + 0.5 - y) / dy) * dx - 0.5));
        if (column < right) changes[(row - top) * across + column - left]! ^= 1;
      }
    }
  }
  for (let row = top; row < bottom; row++) {
    const from = (row - top) * across;
    for (let k = 0, inside = 0; k < across; k++) {
      inside ^= changes[from + k]!;
      if (inside) mask[row * width + left + k] = 1;
    }
  }
}

function checkCrossings(rings: readonly Ring[], top: number, bottom: number): void {
  let crossings = 0;
  for (const ring of rings)
    for (let i = 1, j = ring.length - 1; i < ring.length; j = i, i += 2) {
      const [y1, y2] = [ring[i]!, ring[j]!];
      crossings += Math.max(0, Math.min(bottom, Math.max(y1, y2)) - Math.max(top, Math.min(y1, y2)));
    }
  if (crossings > CROSSINGS) throw new Error(`its outlines cross more than ${CROSSINGS} rows`);
}

function boxOf(rings: readonly Ring[], { width, height }: Size) {
  let [left, right, top, bottom] = [width, 0, height, 0];
  for (const ring of rings) {
    for (let i = 0; i < ring.length; i += 2) {
      left = Math.min(left, Math.floor(ring[i]!));
      right = Math.max(right, Math.ceil(ring[i]!));
      top = Math.min(top, Math.floor(ring[i + 1]!));
      bottom = Math.max(bottom, Math.ceil(ring[i + 1]!));
    }
  }
  return {
    left: Math.max(0, left),
    right: Math.min(width, right),
    top: Math.max(0, top),
    bottom: Math.min(height, bottom),
  };
}
