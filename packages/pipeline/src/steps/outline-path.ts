import type { Size } from '@diff/datasets';

/**
 * The pixels in which a map reaches 0.5 as the path of an SVG: along their edges, a pixel being a unit square, in loops of
 * horizontal and vertical lines. Filled by even-odd it covers these pixels and no others. Empty where there are none.
 */
export function outlinePath(map: ArrayLike<number>, { height, width }: Size): string {
  const inside = (x: number, y: number) =>
    x >= 0 && y >= 0 && x < width && y < height && map[y * width + x]! >= 0.5;
  const across = width + 1;
  // From corner to corner, the inside on the right; two edges leave a corner where pixels touch by it alone.
  const edges = new Map<number, number[]>();
  const add = (x: number, y: number, dx: number, dy: number) => {
    const from = y * across + x;
    edges.set(from, [...(edges.get(from) ?? []), (y + dy) * across + x + dx]);
  };
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      if (!inside(x, y)) continue;
      if (!inside(x, y - 1)) add(x, y, 1, 0);
      if (!inside(x + 1, y)) add(x + 1, y, 0, 1);
      if (!inside(x, y + 1)) add(x + 1, y + 1, -1, 0);
      if (!inside(x - 1, y)) add(x, y + 1, 0, -1);
    }
  let path = '';
  for (const start of edges.keys()) {
    let at = start;
    let run = { along: '', length: 0 };
    for (let next = edges.get(at)!.pop(); next !== undefined; next = edges.get(at)!.pop()) {
      const vertical = next % across === at % across;
      const length = vertical ? (next - at) / across : next - at;
      const along = vertical ? 'v' : 'h';
      if (!run.along) path += `M${at % across} ${Math.floor(at / across)}`;
      if (run.along === along && Math.sign(run.length) === Math.sign(length)) run.length += length;
      else {
        if (run.along) path += run.along + run.length;
        run = { along, length };
      }
      at = next;
    }
    if (run.along) path += `${run.along}${run.length}z`;
  }
  return path;
}
