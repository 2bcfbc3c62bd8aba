import { forEachLine } from './lines.js';

/**
 * The signed Euclidean distance of each pixel to the border of a mask: minus the distance to the nearest pixel outside
 * for a pixel inside, the distance to the nearest pixel inside for one outside. Where there is no such pixel (an empty or a
 * full mask) it is the grid's diagonal, which no other distance exceeds.
 *
 * Exact, in time linear in the pixels: lower envelopes of parabolas, one axis after another (Felzenszwalb &
 * Huttenlocher 2012, Theory of Computing 8:415).
 */
export function signedDistance(
  inside: (pixel: number) => boolean,
  shape: readonly number[],
  spacing: readonly number[],
): Float64Array {
  const length = shape.reduce((product, extent) => product * extent, 1);
  const toInside = new Float64Array(length);
  const toOutside = new Float64Array(length);
  for (let j = 0; j < length; j++) (inside(j) ? toOutside : toInside)[j] = Number.POSITIVE_INFINITY;
  squaredDistance(toInside, shape, spacing);
  squaredDistance(toOutside, shape, spacing);
  const diagonal = Math.hypot(...shape.map((extent, axis) => extent * spacing[axis]!));
  for (let j = 0; j < length; j++) {
    const away = Math.min(Math.sqrt(toInside[j]!), diagonal);
    toInside[j] = away > 0 ? away : -Math.min(Math.sqrt(toOutside[j]!), diagonal);
  }
  return toInside;
}

/** Squared distances to the nearest 0, in place, from an array of 0 and Infinity. */
function squaredDistance(values: Float64Array, shape: readonly number[], spacing: readonly number[]): void {
  shape.forEach((extent, axis) => {
    const step = spacing[axis]!;
    const line = new Float64Array(extent);
    // The parabolas of the envelope, by the pixel of their lowest point, and where each begins to be the lowest.
    const lowest = new Int32Array(extent);
    const from = new Float64Array(extent);
    forEachLine(shape, axis, (start, stride) => {
      let last = -1;
      for (let i = 0; i < extent; i++) {
        const value = values[start + i * stride]!;
        line[i] = value;
        if (value === Number.POSITIVE_INFINITY) continue;
        let begin = Number.NEGATIVE_INFINITY;
        for (; last >= 0; last--) {
          const k = lowest[last]!;
          const rise = value - line[k]! + step * step * (i * i - k * k);
          begin = rise / (2 * step * (i - k));
          if (begin > from[last]!) break;
          begin = Number.NEGATIVE_INFINITY;
        }
        last++;
        lowest[last] = i;
        from[last] = begin;
      }
      if (last < 0) return;
      for (let i = 0, k = 0; i < extent; i++) {
        while (k < last && from[k + 1]! < i * step) k++;
        const away = step * (i - lowest[k]!);
        values[start + i * stride] = away * away + line[lowest[k]!]!;
      }
    });
  });
}
