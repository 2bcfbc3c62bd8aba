/**
 * The pixels of a `width × height` grid whose centres lie within or on any of the polygons (even-odd within one, so that
 * an outline which crosses itself leaves a hole). Pixel (i, j) has its centre at (i, j), as tools have it that store
 * which pixels a line was drawn through; a vertex between centres takes the nearest with it.
 */
export function polygonMask(
  polygons: readonly (readonly { x: number; y: number }[])[],
  width: number,
  height: number,
): Uint8Array {
  const mask = new Uint8Array(width * height);
  for (const points of polygons) {
    for (let y = 0; y < height; y++) {
      const crossings: number[] = [];
      points.forEach((a, k) => {
        const b = points[(k + 1) % points.length]!;
        if (a.y <= y !== b.y <= y) crossings.push(a.x + ((y - a.y) / (b.y - a.y)) * (b.x - a.x));
      });
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
