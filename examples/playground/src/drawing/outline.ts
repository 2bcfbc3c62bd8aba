/**
 * The edges between what is inside and what is not, along the edges of pixels: x and y of both ends of each straight run, in turn.
 * Where the mask meets the border of the image, that is an edge too.
 *
 * @param values Row-major; inside is what is above `threshold`.
 */
export function outlineOf(
  values: ArrayLike<number>,
  width: number,
  height: number,
  threshold = 0.5,
): Float32Array {
  const ends: number[] = [];
  // With one more column and row that are outside, at which every run ends.
  const [across, down] = [width + 1, height + 1];
  const inside = new Uint8Array(across * down);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) inside[y * across + x] = Number(values[y * width + x]! > threshold);
  // Where the run begins that is open in each column; below 0: none is.
  const from = new Int32Array(across).fill(-1);
  for (let y = 0; y < down; y++) {
    let start = -1;
    for (let x = 0; x < across; x++) {
      const own = inside[y * across + x]!;
      const above = y > 0 ? inside[(y - 1) * across + x]! : 0;
      if (own !== above) {
        if (start < 0) start = x;
      } else if (start >= 0) {
        ends.push(start, y, x, y);
        start = -1;
      }
      const left = x > 0 ? inside[y * across + x - 1]! : 0;
      if (own !== left) {
        if (from[x]! < 0) from[x] = y;
      } else if (from[x]! >= 0) {
        ends.push(x, from[x]!, x, y);
        from[x] = -1;
      }
    }
  }
  return Float32Array.from(ends);
}
