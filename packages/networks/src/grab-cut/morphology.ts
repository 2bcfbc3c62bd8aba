/** What is looked at around a pixel: [rows, columns] from it. */
export type Offsets = readonly (readonly [number, number])[];

/** All pixels of a square of side 2 · reach + 1. */
export const square = (reach: number): Offsets => {
  const line = Array.from({ length: 2 * reach + 1 }, (_, i) => i - reach);
  return line.flatMap((y) => line.map((x) => [y, x] as const));
};

/** `length` pixels in a row in one direction, [0, 1] for instance, around the middle one. */
export const line = (length: number, [y, x]: readonly [number, number]): Offsets =>
  Array.from({ length }, (_, i) => i - (length - 1) / 2).map((i) => [i * y, i * x] as const);

/** The greatest value around each pixel, or the least; what lies outside the map is not looked at. */
function around(map: Float32Array, width: number, offsets: Offsets, greatest: boolean): Float32Array {
  const height = map.length / width;
  return map.map((_, p) => {
    const [y, x] = [Math.floor(p / width), p % width];
    let best = greatest ? -Infinity : Infinity;
    for (const [i, j] of offsets) {
      if (y + i < 0 || y + i >= height || x + j < 0 || x + j >= width) continue;
      const value = map[(y + i) * width + x + j]!;
      if (greatest ? value > best : value < best) best = value;
    }
    return best;
  });
}

/** Dilation, then erosion: fills what is darker than all around it and narrower than the offsets. */
export const closing = (map: Float32Array, width: number, offsets: Offsets): Float32Array =>
  around(around(map, width, offsets, true), width, offsets, false);

/** Erosion, then dilation: takes away what is brighter than all around it and narrower than the offsets. */
export const opening = (map: Float32Array, width: number, offsets: Offsets): Float32Array =>
  around(around(map, width, offsets, false), width, offsets, true);
