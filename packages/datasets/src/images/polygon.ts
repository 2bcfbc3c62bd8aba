/** The most rows that edges cross, and pixels along level edges: outlines beyond it are no drawing. */
const CROSSINGS = 2 ** 26;

/**
 * The pixels of a `width × height` grid whose centres lie within or on any of the polygons (even-odd within one, so that
 * an outline which crosses itself leaves a hole). Pixel (i, j) has its centre at (i, j), as tools have it that store
 * which pixels a line was drawn through; a vertex between centres takes the nearest with it.
 *
 * @throws Error where the edges cross more than 2²⁶ rows.
 */
export function polygonMask(
  polygons: readonly (readonly { x: number; y: number }[])[],
  width: number,
  height: number,
): Uint8Array {
  const mask = new Uint8Array(width * height);
  checkCrossings(polygons, width, height);
  for (const points of polygons) {
    const rows = new Map<number, number[]>();
    points.forEach((a, k) => {
      const b = points[(k + 1) % points.length]!;
      const [upper, lower] = a.y < b.y ? [a, b] : [b, a];
      const [first, end] = [Math.max(0, Math.ceil(upper.y)), Math.min(height, Math.ceil(lower.y))];
      for (let y = first; y < end; y++) {
        const row = rows.get(y) ?? [];
        if (row.push(a.x + ((y - a.y) / (b.y - a.y)) * (b.x - a.x)) === 1) rows.set(y, row);
      }
    });
    for (const [y, crossings] of rows) {
      crossings.sort((p, q) => p - q);
      for (let k = 0; k + 1 < crossings.length; k += 2) {
        const from = Math.max(0, Math.ceil(crossings[k]!));
        const to = Math.min(width - 1, Math.floor(crossings[k + 1]!));
        if (from <= to) mask.fill(1, y * width + from, y * width + to + 1);
      }
    }
    points.forEach(({ x, y }, k) => {
      const next = points[(k + 1) % points.length]!;
      // A level edge crosses no row, so what lies on it would be lost on the lower side.
      if (next.y === y && Number.isInteger(y) && y >= 0 && y < height) {
        const from = Math.max(0, Math.ceil(Math.min(x, next.x)));
        const to = Math.min(width - 1, Math.floor(Math.max(x, next.x)));
        if (from <= to) mask.fill(1, y * width + from, y * width + to + 1);
      }
      const [column, row] = [Math.round(x), Math.round(y)];
      if (column >= 0 && column < width && row >= 0 && row < height) mask[row * width + column] = 1;
    });
  }
  return mask;
}

function checkCrossings(
  polygons: readonly (readonly { x: number; y: number }[])[],
  width: number,
  height: number,
): void {
  let crossings = 0;
  const within = (from: number, to: number, most: number) =>
    Math.max(0, Math.min(most, Math.max(from, to)) - Math.max(0, Math.min(from, to)));
  for (const points of polygons)
    points.forEach((a, k) => {
      const b = points[(k + 1) % points.length]!;
      crossings += a.y === b.y ? within(a.x, b.x, width) : within(a.y, b.y, height);
    });
  if (crossings > CROSSINGS) throw new Error(`its outlines cross more than ${CROSSINGS} rows`);
}
