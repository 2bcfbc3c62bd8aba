/**
 * The pixels of a `width × height` grid whose centres lie within any of the polygons (even-odd within one polygon, so
 * that a contour which crosses itself leaves a hole). Pixel (i, j) has its centre at (i, j), as tools that store the
 * pixel indices of a drawn line have it; the pixels of the vertices themselves count as inside.
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
    for (const { x, y } of points) {
      const [column, row] = [Math.round(x), Math.round(y)];
      if (column >= 0 && column < width && row >= 0 && row < height) mask[row * width + column] = 1;
    }
  }
  return mask;
}
